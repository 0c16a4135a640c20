"""Monitoring on paper: who looked into which live room, what was ticked off, and which look is due next."""
