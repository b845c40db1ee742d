"""Asyncio processes: sockets in, wire records out. No Django."""
