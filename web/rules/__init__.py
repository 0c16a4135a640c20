"""A state's rules, read and edited."""
