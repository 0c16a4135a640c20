"""What a verified address sees: its visits."""
