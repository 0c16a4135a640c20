"""Registering a visit, page by page."""
