"""Alembic's environment and the revisions, one series for SQLite and PostgreSQL."""
