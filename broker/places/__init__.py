"""Where visits take place: how a state and a jail come into an installation."""
