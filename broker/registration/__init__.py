"""Registering a visit, from the first field to the VisRN."""
