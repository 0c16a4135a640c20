"""What each line takes, what a source is told to send, and whose picture waits until a line is better. Pure."""
