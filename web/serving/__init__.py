"""Plumbing of the web process: static files, access log, request ids, health."""
