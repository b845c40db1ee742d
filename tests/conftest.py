"""What every test has: the shared people, places and clients."""

from tests.fixtures import *  # noqa: F403
