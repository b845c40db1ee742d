"""The HTTP API: the same filters and actions as the pages."""
