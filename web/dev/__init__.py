"""Pages that exist in the demonstration only: every mail the system has sent, and links that pair a terminal."""
