"""The superintendent's queue and decisions."""
