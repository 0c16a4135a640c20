"""The operator's console: the jail's day, starting and ending sessions."""
