"""Slots: when a jail takes visits, and which are free."""
