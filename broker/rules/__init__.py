"""The states' rules as data."""
