"""The monitor's console: live rooms in scope, and the silent watch page."""
