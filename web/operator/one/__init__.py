"""One session of the day: its page, its visitors' proofs, and the help to get them in."""
