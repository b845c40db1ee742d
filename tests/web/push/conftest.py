"""Streams in tests: the real ASGI application, a real database, a browser that is a list of chunks."""

from tests.operations.alarms.conftest import *  # noqa: F403
