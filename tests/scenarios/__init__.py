"""Whole visits, told in real browsers against the real processes."""
