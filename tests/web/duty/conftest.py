"""The duty room's pages use what the alarm room's tests use."""

from tests.operations.alarms.conftest import *  # noqa: F403
