"""What the pages of the superintendent share: forms, scope, times, and what is said after an act."""
