"""Alembic's environment and versions for the library."""
