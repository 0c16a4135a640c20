"""A jail's working sessions and blocked times."""
