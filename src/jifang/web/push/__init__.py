"""Live messages to open pages (server-sent events), one listening connection for each web process."""
