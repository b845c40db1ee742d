"""The demo city in the database: loaded once, with logins made for this installation alone."""

from jifang.project.demo.load import load
from jifang.project.demo.logins import Login, logins

__all__ = ["Login", "load", "logins"]
