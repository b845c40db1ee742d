"""Backups: a consistent dump of the database, encrypted, and its way back into an empty place."""
