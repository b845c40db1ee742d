"""Several COPYs and their commit in one conversation with PostgreSQL, without waiting in the loop.

A simple query of several statements is one transaction; each COPY in it asks for its data in turn. Over a
connection without TLS, query and data are written at once (``conversation``) and the server works through
them while the loop does something else. Over TLS libpq has to be asked: it wants to see the server ask for
the data of each COPY first. Neither ever blocks. Measured in docs/design/alarm-gateway.md.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus

from jifang.gateways.alarm.conversation import ERROR, READY, Answers, encode, error_of

_READ_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a conversation failed: the SQLSTATE (empty when the connection broke) and the server's words."""

    sqlstate: str
    message: str


Done = Callable[[Trouble | None], None]


class Writer:
    """One connection of the loop, one conversation at a time. ``lost`` hears of one that broke idle."""

    def __init__(
        self, conninfo: str, loop: asyncio.AbstractEventLoop, lost: Callable[[Trouble], None]
    ) -> None:
        self._conninfo = conninfo
        self._loop = loop
        self._lost = lost
        self._connection: psycopg.Connection[Any] | None = None
        self._wire: socket.socket | None = None
        self._answers = Answers()
        self._unsent = memoryview(b"")
        self._buffers: Sequence[bytes] = ()
        self._given = 0
        self._trouble: Trouble | None = None
        self._done: Done | None = None
        self._writing = False
        self._fd = -1

    @property
    def connected(self) -> bool:
        """Whether a connection is there; it may turn out to be dead."""
        return self._connection is not None

    async def connect(self) -> None:
        """Connect in a thread. Raises psycopg's errors."""
        self.close()
        connection = await self._loop.run_in_executor(None, self._connect)
        connection.pgconn.nonblocking = 1
        self._connection = connection
        if not connection.pgconn.ssl_in_use:
            # From here on libpq only closes: it has read all there was when it reported the connection.
            self._wire = socket.socket(fileno=socket.dup(connection.pgconn.socket))
            self._wire.setblocking(False)
            self._answers = Answers()
            self._fd = self._wire.fileno()
        else:
            # Remembered, because libpq forgets the number of a socket that broke.
            self._fd = connection.pgconn.socket
        self._loop.add_reader(self._fd, self._readable)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            self._conninfo,
            autocommit=True,
            connect_timeout=5,
            application_name="jifang gateway alarm: writer",
            options="-c synchronous_commit=on -c lock_timeout=10s",
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
        )

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        wire, self._wire = self._wire, None
        self._unsent = memoryview(b"")
        if connection is not None:
            self._loop.remove_reader(self._fd)
            self._stop_writing()
            connection.close()
        if wire is not None:
            wire.close()

    def write(self, statements: bytes, buffers: Sequence[bytes], done: Done) -> None:
        """Run ``statements`` as one transaction, feed each COPY its buffer; ``done`` hears how it ended."""
        connection = self._connection
        assert connection is not None
        self._buffers, self._given, self._trouble, self._done = buffers, 0, None, done
        try:
            if self._wire is not None:
                self._unsent = memoryview(encode(statements, buffers))
            else:
                connection.pgconn.send_query(statements)
            self._flush()
        except (psycopg.OperationalError, OSError) as error:
            self._broken(str(error) or repr(error))

    def glance(self) -> None:
        """Look, in the middle of other work, whether the server takes more.

        A round of the loop with a thousand panels takes longer than a COPY; the server works meanwhile. The
        end of the conversation is told in a round of its own, never inside this call.
        """
        if self._done is None:
            return
        if self._unsent:
            self._writable()
        elif self._wire is None and self._given < len(self._buffers):
            self._readable()

    def _readable(self) -> None:
        try:
            if self._wire is not None:
                self._read_wire(self._wire)
            elif self._connection is not None:
                self._read_libpq(self._connection.pgconn)
        except BlockingIOError:
            return
        except (psycopg.OperationalError, OSError) as error:
            self._broken(str(error) or repr(error))

    def _read_wire(self, wire: socket.socket) -> None:
        data = wire.recv(_READ_AT_ONCE)
        if not data:
            trouble = self._trouble
            self._broken(trouble.message if trouble else "the server closed the connection")
            return
        for kind, content in self._answers.feed(data):
            if kind == READY:
                self._end()
            elif kind == ERROR:
                self._trouble = Trouble(*error_of(content))

    def _read_libpq(self, pgconn: "psycopg.pq.abc.PGconn") -> None:
        pgconn.consume_input()
        while not pgconn.is_busy():
            result = pgconn.get_result()
            if result is None:
                self._end()
                return
            if result.status == ExecStatus.COPY_IN:
                pgconn.put_copy_data(self._buffers[self._given])
                pgconn.put_copy_end()
                self._given += 1
                self._flush()
            elif result.status == ExecStatus.FATAL_ERROR:
                state = result.error_field(DiagnosticField.SQLSTATE) or b""
                self._trouble = Trouble(state.decode(), result.get_error_message())

    def _flush(self) -> None:
        """Write what the socket takes; the rest when it takes more."""
        if self._wire is not None:
            while self._unsent:
                try:
                    sent = self._wire.send(self._unsent)
                except BlockingIOError:
                    break
                self._unsent = self._unsent[sent:]
            pending = bool(self._unsent)
        else:
            assert self._connection is not None
            pending = bool(self._connection.pgconn.flush())
        if not pending:
            self._stop_writing()
        elif not self._writing:
            self._writing = True
            self._loop.add_writer(self._fd, self._writable)

    def _writable(self) -> None:
        try:
            self._flush()
        except (psycopg.OperationalError, OSError) as error:
            self._broken(str(error) or repr(error))

    def _stop_writing(self) -> None:
        if self._writing:
            self._writing = False
            self._loop.remove_writer(self._fd)

    def _end(self) -> None:
        if self._done is not None and not self._unsent:
            self._loop.call_soon(self._finish)
        elif self._done is not None:
            # An error came before all was sent: the rest has to be out before the next conversation.
            self._loop.call_later(0.001, self._end)

    def _finish(self) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(self._trouble)

    def _broken(self, message: str) -> None:
        text = message.strip()
        trouble = Trouble("", text.splitlines()[0] if text else "the connection broke")
        self.close()
        self._trouble = trouble
        if self._done is None:
            self._lost(trouble)
        else:
            self._finish()
