"""What every test has: a real PostgreSQL, the peers of this machine, the shared people and places."""

from tests.fixtures import *  # noqa: F403
from tests.peers import pytest_runtest_setup, pytest_terminal_summary  # noqa: F401
from tests.postgres import point_django_at_it

point_django_at_it()
