"""What the receiver answers, and why. The rules in one place; the gateway only carries them out.

===============================  =========  =====================================================
frame                            answer     remark
===============================  =========  =====================================================
good                             ACK        header echoed byte for byte; encrypted if the frame was
good, extended data K            RSP        key exchange is not supported: the reason says so
encrypted, stamp out of window   NAK        with the receiver's time, never encrypted
encrypted, stamp missing         NAK        unless the account's time policy is off
encrypted, key does not fit      NAK        the gateway sends it at most once a minute per account
token unknown                    DUH        never for an unknown event code: panels would loop
account refused by the listener  DUH
clear, but the account has a key DUH        a downgrade; a refusal is recorded
CRC or length wrong, no frame    nothing    the panel retries
a reply token (ACK, NAK …)       nothing    an answer is never answered
===============================  =========  =====================================================

Sources: DC-09 §5.4.5, §5.4.6, §5.5.1.8-9, §5.5.3.1-3; field reports for the rest.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from jifang.protocols.dc09.cipher import Pad, decrypt, encrypt, random_pad
from jifang.protocols.dc09.clock import WINDOW, TimeMode, TimePolicy, format_stamp
from jifang.protocols.dc09.content import Message, read_content, read_decrypted
from jifang.protocols.dc09.frame import REPLY_TOKENS, Frame, crc_arc
from jifang.protocols.dc09.reasons import Reason

_CONVINCING: Final = 12
"""So many printable bytes do not come out of a wrong key by chance (1 in 100 000)."""


class Answer(StrEnum):
    """What goes back to the panel."""

    ACK = "ACK"
    NAK = "NAK"
    DUH = "DUH"
    RSP = "RSP"
    NOTHING = ""


class Judgement(NamedTuple):
    """A frame after all checks."""

    valid: bool | None
    """True: take it. False: refuse it. None: it cannot be known without the key."""
    reason: Reason | None
    message: Message | None
    """What could be read, also of a refused frame; None if nothing."""
    answer: Answer


def judge(
    frame: Frame,
    *,
    now: datetime | None,
    key: bytes | None = None,
    time: TimePolicy = WINDOW,
    refuse_clear: bool = True,
) -> Judgement:
    """Decide about a frame of an account with ``key`` (None: the account has none) at ``now`` (UTC).

    ``now`` None takes the frame's own time, so the window always passes. ``refuse_clear`` False allows
    clear frames from an account with a key. Whether the account is known is the caller's matter:
    `refuse_account`. Never raises on input.
    """
    fault = frame.fault
    if fault is None and not frame.encrypted:
        message = read_content(frame.token, frame.content)
        if key is not None and refuse_clear:
            return Judgement(False, Reason.CLEAR_FROM_KEYED_ACCOUNT, message, Answer.DUH)
        if frame.token in REPLY_TOKENS:
            return Judgement(True, None, message, Answer.NOTHING)
        if message.xdata and any(item.letter == "K" for item in message.xdata):
            return Judgement(True, Reason.UNSUPPORTED_HANDSHAKE, message, Answer.RSP)
        return Judgement(True, None, message, Answer.ACK)
    if fault is not None:
        return _refused(frame, fault, key)
    if frame.token in REPLY_TOKENS:
        return Judgement(True, None, _open(frame, key), Answer.NOTHING)
    if key is None:
        return Judgement(None, Reason.KEY_NEEDED, None, Answer.NOTHING)
    opened = _open(frame, key)
    if opened is None or not (opened.stamp or _plausible(frame, opened)):
        return Judgement(False, Reason.WRONG_KEY, None, Answer.NAK)
    if time.mode is not TimeMode.OFF:
        stamp = opened.timestamp
        if not opened.stamp:
            return Judgement(False, Reason.TIMESTAMP_MISSING, opened, Answer.NAK)
        if stamp is None or (now is not None and not time.accepts(stamp, now)):
            return Judgement(False, Reason.TIMESTAMP_OUTSIDE_WINDOW, opened, Answer.NAK)
    if any(item.letter == "K" for item in opened.xdata):
        return Judgement(True, Reason.UNSUPPORTED_HANDSHAKE, opened, Answer.RSP)
    return Judgement(True, None, opened, Answer.ACK)


def refuse_account(judgement: Judgement) -> Judgement:
    """The same frame where the listener takes registered accounts only: DUH, also without knowing the key.

    What is answered by silence stays silent: damaged frames, and answers of others.
    """
    if judgement.answer is Answer.NOTHING and judgement.valid is not None:
        return judgement
    return judgement._replace(valid=False, reason=Reason.ACCOUNT_REFUSED, answer=Answer.DUH)


def _plausible(frame: Frame, opened: Message) -> bool:
    """True if decrypted data without a timestamp was still decrypted with the right key."""
    if opened.account_bytes and opened.account_bytes == frame.account_bytes:
        return True
    return len(opened.body) > _CONVINCING and opened.body.isascii() and opened.body.decode().isprintable()


def _open(frame: Frame, key: bytes | None) -> Message | None:
    if key is None:
        return None
    plain = decrypt(key, frame.content)
    return None if plain is None else read_decrypted(frame.token, plain)


def _refused(frame: Frame, fault: Reason, key: bytes | None) -> Judgement:
    message = None
    if frame.token:
        message = _open(frame, key) if frame.encrypted else read_content(frame.token, frame.content)
    answer = Answer.DUH if fault is Reason.UNKNOWN_TOKEN else Answer.NOTHING
    return Judgement(False, fault, message, answer)


def reply(
    frame: Frame,
    answer: Answer,
    *,
    now: datetime,
    key: bytes | None = None,
    pad: Pad = random_pad,
) -> bytes:
    """The bytes to send, LF and CR included; ``b""`` for silence.

    ``key`` is needed for the ACK or RSP of an encrypted frame (ValueError without it).
    """
    if answer is Answer.ACK and not frame.encrypted:
        return acknowledge(frame)
    if answer is Answer.NOTHING:
        return b""
    if answer is Answer.NAK:
        return nak(now, binary_crc=frame.binary_crc)
    if frame.encrypted and answer is not Answer.DUH:
        if key is None:
            raise ValueError("key: the answer to an encrypted frame is encrypted with the account's key")
        sealed = encrypt(key, b"|]" + format_stamp(now), pad)
        head = b'"*%b"%b%b[' % (answer.encode(), frame.sequence, frame.address)
        return seal(head + sealed, binary_crc=frame.binary_crc)
    return seal(b'"%b"%b%b[]' % (answer.encode(), frame.sequence, frame.address), binary_crc=frame.binary_crc)


def acknowledge(frame: Frame) -> bytes:
    """ACK of a clear frame, R, L and # exactly as received. The fast path of the gateway."""
    body = b'"ACK"%b%b[]' % (frame.sequence, frame.address)
    if frame.binary_crc:
        return seal(body, binary_crc=True)
    return b"\n%04X%04X%b\r" % (crc_arc(body), len(body), body)


def nak(now: datetime, *, binary_crc: bool = False) -> bytes:
    """NAK with the receiver's time, for the panel to set its clock. ``R0L0A0`` literally, never encrypted."""
    return seal(b'"NAK"0000R0L0A0[]' + format_stamp(now), binary_crc=binary_crc)


def seal(body: bytes, *, binary_crc: bool = False) -> bytes:
    """Put LF, CRC, length and CR around a body. ValueError if the length field cannot hold its length."""
    if len(body) > 0xFFF:
        raise ValueError(f"body: at most 4095 bytes fit into a frame, got {len(body)}")
    crc = crc_arc(body)
    if binary_crc:
        return b"\n%b%04X%b\r" % (crc.to_bytes(2, "big"), len(body), body)
    return b"\n%04X%04X%b\r" % (crc, len(body), body)
