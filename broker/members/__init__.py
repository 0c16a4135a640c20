"""Accounts of staff: who is invited by whom, and what they sign in with."""
