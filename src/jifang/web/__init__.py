"""Pages: server-rendered, htmx, a few custom elements."""
