"""Checkpoints: the log's signed statement of its size, root and time (C2SP tlog-checkpoint).

The text of the note is origin, size in decimal, root in base64, and as an extension line the instant at which
it was made, ``time 2026-03-01T08:00:00Z``. A checkpoint deposited outside (with the superior bureau, in the
printed duty report) is what makes a later truncation visible: the log alone cannot show what it once held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jifang.kernel.clock import as_utc, format_instant, parse_instant
from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.ledger import note
from jifang.ledger.encoding import b64, unb64
from jifang.ledger.errors import NoteError
from jifang.ledger.merkle import HASH_BYTES, Frontier
from jifang.ledger.note import Signer, VerifierKey

_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_TIME = "time "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log stated: ``size`` entries have the tree hash ``root``, at the instant ``time`` (UTC)."""

    origin: str
    size: int
    root: bytes
    time: datetime | None

    def text(self) -> str:
        """The text to be signed."""
        lines = [self.origin, str(self.size), b64(self.root)]
        if self.time is not None:
            lines.append(_TIME + format_instant(self.time))
        return "".join(line + "\n" for line in lines)


def sign(signer: Signer, frontier: Frontier, *, at: datetime) -> str:
    """A checkpoint of the tree as a signed note; the signer's name is the log's origin."""
    return signer.sign(Checkpoint(signer.name, frontier.size, frontier.root(), as_utc(at)).text())


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint without its signatures. Raises ``NoteError``."""
    origin, *lines = text.removesuffix("\n").split("\n")
    if len(lines) < 2 or not origin or not _SIZE.fullmatch(lines[0]):
        raise NoteError(gettext_noop("Not a checkpoint: its lines are origin, size and root."))
    root = unb64(lines[1])
    if root is None or len(root) != HASH_BYTES:
        raise NoteError(
            gettext_noop("Not a checkpoint: its root is not the base64 of %(bytes)s bytes."), bytes=HASH_BYTES
        )
    times = [line.removeprefix(_TIME) for line in lines[2:] if line.startswith(_TIME)]
    try:
        time = parse_instant(times[0]) if times else None
    except BadInputError as error:
        raise NoteError(
            gettext_noop("The checkpoint has a bad time: %(error)s"), error=error.text()
        ) from None
    return Checkpoint(origin, int(lines[0]), root, time)


def verify(signed: str, key: VerifierKey, witnesses: Iterable[VerifierKey] = ()) -> Checkpoint:
    """Check a checkpoint against the log's key, and every witness that signed it.

    Raises ``NoteError`` when the log itself did not sign, when a signature is wrong, or when the origin is
    not the name of the key.
    """
    text, signers = note.verify(signed, [key, *witnesses])
    if key not in signers:
        raise NoteError(
            gettext_noop("Witnesses signed the checkpoint, but the log “%(name)s” did not."), name=key.name
        )
    checkpoint = parse(text)
    if checkpoint.origin != key.name:
        raise NoteError(
            gettext_noop("The checkpoint is of the log “%(origin)s”, the key belongs to “%(name)s”."),
            origin=checkpoint.origin,
            name=key.name,
        )
    return checkpoint
