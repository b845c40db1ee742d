"""Several COPYs and their commit in one conversation with PostgreSQL, without waiting in the loop.

A simple query of several statements is one transaction; each COPY in it asks for its data in turn. So a batch
costs one question, one answer for each COPY, and one more for the commit, instead of a round trip for every
BEGIN, COPY, NOTIFY and COMMIT; libpq never blocks (``nonblocking``), the loop tells when the socket has
something. Measured in docs/design/alarm-gateway.md.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a conversation failed: the SQLSTATE (empty when the connection broke) and the server's words."""

    sqlstate: str
    message: str


class Writer:
    """One connection of the loop, one conversation at a time. ``lost`` hears of one that broke idle."""

    def __init__(
        self, conninfo: str, loop: asyncio.AbstractEventLoop, lost: Callable[[Trouble], None]
    ) -> None:
        self._conninfo = conninfo
        self._loop = loop
        self._lost = lost
        self._connection: psycopg.Connection[Any] | None = None
        self._buffers: Sequence[bytes] = ()
        self._sent = 0
        self._trouble: Trouble | None = None
        self._done: Callable[[Trouble | None], None] | None = None
        self._writing = False
        self._socket = -1

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
        # Remembered, because libpq forgets the number of a socket that broke.
        self._socket = connection.pgconn.socket
        self._loop.add_reader(self._socket, self._readable)

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
        if connection is not None:
            self._loop.remove_reader(self._socket)
            self._stop_writing()
            connection.close()

    def write(
        self, statements: bytes, buffers: Sequence[bytes], done: Callable[[Trouble | None], None]
    ) -> None:
        """Run ``statements`` as one transaction, feed each COPY its buffer; ``done`` hears how it ended."""
        assert self._connection is not None
        self._buffers, self._sent, self._trouble, self._done = buffers, 0, None, done
        try:
            self._connection.pgconn.send_query(statements)
            self._flush()
        except psycopg.OperationalError as error:
            self._broken(error)

    def glance(self) -> None:
        """Look, in the middle of other work, whether the server waits for the next buffer.

        A round of the loop with a thousand panels takes longer than a COPY; the server works meanwhile. The
        end of the conversation is told in a round of its own, never inside this call.
        """
        if self._done is not None and self._sent < len(self._buffers):
            self._readable()

    def _readable(self) -> None:
        connection = self._connection
        if connection is None:
            return
        pgconn = connection.pgconn
        try:
            pgconn.consume_input()
            while not pgconn.is_busy():
                result = pgconn.get_result()
                if result is None:
                    if self._done is not None:
                        self._loop.call_soon(self._finish)
                    return
                status = result.status
                if status == ExecStatus.COPY_IN:
                    pgconn.put_copy_data(self._buffers[self._sent])
                    pgconn.put_copy_end()
                    self._sent += 1
                    self._flush()
                elif status == ExecStatus.FATAL_ERROR:
                    state = result.error_field(DiagnosticField.SQLSTATE) or b""
                    self._trouble = Trouble(state.decode(), result.get_error_message())
        except psycopg.OperationalError as error:
            self._broken(error)

    def _flush(self) -> None:
        connection = self._connection
        assert connection is not None
        if connection.pgconn.flush():
            if not self._writing:
                self._writing = True
                self._loop.add_writer(self._socket, self._writable)
        else:
            self._stop_writing()

    def _writable(self) -> None:
        try:
            self._flush()
        except psycopg.OperationalError as error:
            self._broken(error)

    def _stop_writing(self) -> None:
        if self._writing:
            self._writing = False
            self._loop.remove_writer(self._socket)

    def _finish(self) -> None:
        done, self._done = self._done, None
        if done is not None:
            done(self._trouble)

    def _broken(self, error: psycopg.Error) -> None:
        text = str(error).strip()
        trouble = self._trouble or Trouble("", text.splitlines()[0] if text else repr(error))
        self.close()
        self._trouble = trouble
        if self._done is None:
            self._lost(trouble)
        else:
            self._finish()
