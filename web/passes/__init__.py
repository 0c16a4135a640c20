"""Visits in person: the pass, and the gate."""
