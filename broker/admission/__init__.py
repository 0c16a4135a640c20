"""Admission: fresh codes by mail, limits on guessing them, and what right codes buy."""
