"""The conversation between a page and its room node."""
