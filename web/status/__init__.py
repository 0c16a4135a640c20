"""The status of a visit, for whoever has its number."""
