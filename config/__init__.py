"""What every process needs before it can do its own work: settings, logging, clock, secrets, live state, languages.

Nothing here imports a module of the other packages.
"""

__version__ = "0.1.0"
