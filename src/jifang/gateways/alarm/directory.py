"""Who may send, as the gateway knows it: accounts, paths and keys.

Read through the views at once and replaced as a whole, so that a frame is always judged by one consistent
state.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg

from jifang.gateways.alarm.copytext import cell
from jifang.kernel.sealing import KeyRing, SealError
from jifang.protocols.dc09 import WINDOW, TimeMode, TimePolicy

log = logging.getLogger(__name__)

_ACCOUNTS = """
SELECT id, book, number, site_id, key_mode, key_sealed,
       extract(epoch FROM clear_allowed_until)::float8, time_policy, time_offset_seconds, charset
FROM alarm_account_v
"""
_PATHS = "SELECT id, account_id, listener, receiver, line FROM alarm_path_v ORDER BY id"
_LISTENERS = "SELECT number, key_mode, key_sealed FROM alarm_listener_v"


@dataclass(slots=True)
class Path:
    """One way by which an account reaches us; ``cells`` are its columns of a signal, ready for COPY."""

    id: int
    listener: int
    receiver: bytes
    line: bytes
    cells: str
    written_at: float = 0.0


@dataclass(slots=True)
class Account:
    """A registered account. ``clear_until`` is a Unix time; ``key`` None: it sends in clear."""

    id: int
    site_id: int | None
    number: str
    key: bytes | None
    key_broken: bool
    clear_until: float
    time: TimePolicy
    charsets: tuple[str, ...]
    cells: str
    paths: list[Path] = field(default_factory=list)

    def path_of(self, listener: int, receiver: bytes | None, line: bytes | None) -> Path | None:
        """The path that a frame with this receiver and line came by; the most specific one wins."""
        paths = self.paths
        if len(paths) == 1:
            path = paths[0]
            if path.listener == listener and not path.receiver and not path.line:
                return path
        found = None
        best = -1
        for path in paths:
            if path.listener != listener:
                continue
            if (path.receiver and path.receiver != (receiver or b"")) or (
                path.line and path.line != (line or b"")
            ):
                continue
            weight = bool(path.receiver) + bool(path.line)
            if weight > best:
                found, best = path, weight
        return found


@dataclass(frozen=True, slots=True)
class Directory:
    """Accounts by book and number as panels write it (``b"12AB"``, upper case), and the keys of listeners."""

    books: Mapping[str, Mapping[bytes, Account]]
    listener_keys: Mapping[int, bytes]

    @property
    def size(self) -> int:
        """Number of accounts."""
        return sum(len(accounts) for accounts in self.books.values())


EMPTY = Directory({}, {})


class DirectoryReader:
    """Reads directories. Remembers opened keys by their sealed form, and when a path was last written."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._opened: dict[tuple[str, str], bytes] = {}
        self._paths: dict[int, Path] = {}

    def read(self, connection: psycopg.Connection[Any]) -> Directory:
        """Read everything. Raises psycopg's errors; a key that does not open refuses its frames."""
        opened: dict[tuple[str, str], bytes] = {}
        books: dict[str, dict[bytes, Account]] = {}
        by_id: dict[int, Account] = {}
        with connection.transaction():
            for row in connection.execute(_ACCOUNTS):
                (ident, book, number, site, mode, sealed, clear_until, policy, offset, charset) = row
                key, broken = None, False
                if mode != "none":
                    key = self._open(sealed, f"alarm_account:{book}/{number}", opened)
                    broken = key is None
                account = Account(
                    ident,
                    site,
                    number,
                    key,
                    broken,
                    clear_until or 0.0,
                    _policy(policy, offset),
                    _charsets(charset),
                    f"{ident}\t\\N\t{cell(site)}",
                )
                by_id[ident] = account
                books.setdefault(book, {})[number.upper().encode("utf-8")] = account
            paths: dict[int, Path] = {}
            for ident, account_id, listener, receiver, line in connection.execute(_PATHS):
                owner = by_id.get(account_id)
                if owner is None:
                    continue
                known = self._paths.get(ident)
                path = Path(
                    ident,
                    listener,
                    receiver.encode(),
                    line.encode(),
                    f"{owner.id}\t{ident}\t{cell(owner.site_id)}",
                    known.written_at if known is not None else 0.0,
                )
                paths[ident] = path
                owner.paths.append(path)
            listener_keys = {}
            for number, mode, sealed in connection.execute(_LISTENERS):
                if mode != "none":
                    key = self._open(sealed, f"alarm_listener:{number}", opened)
                    if key is not None:
                        listener_keys[number] = key
        self._opened, self._paths = opened, paths
        return Directory(books, listener_keys)

    def _open(self, sealed: str, context: str, opened: dict[tuple[str, str], bytes]) -> bytes | None:
        key = self._opened.get((sealed, context))
        if key is None:
            try:
                key = self._ring.unseal(sealed, context=context)
            except SealError as error:
                log.error("key of %s cannot be opened: %s", context, error)
                return None
        opened[sealed, context] = key
        return key


def _policy(mode: str, offset: int) -> TimePolicy:
    if mode == "window":
        return WINDOW
    return TimePolicy(TimeMode(mode), offset=timedelta(seconds=offset))


def _charsets(first: str) -> tuple[str, ...]:
    """The account's own character set, then those that can be told from it."""
    return tuple(dict.fromkeys((first, "utf-8", "gb18030", "cp1252")))
