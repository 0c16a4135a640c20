"""What staff do around a session: turns that never undo each other, notes, incidents, no-shows, help to get in."""
