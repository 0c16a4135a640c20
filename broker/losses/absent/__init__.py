"""Families that did not come in: whether they could have, and what follows where they could not."""
