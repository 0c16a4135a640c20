"""Visits in person: the pass a visitor carries, and what happens with it at the jail's gate."""
