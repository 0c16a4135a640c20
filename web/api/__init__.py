"""The interface for a prison's own system."""
