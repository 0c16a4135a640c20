"""Allowances: how many visits a person in prison may have, and what was used of them."""
