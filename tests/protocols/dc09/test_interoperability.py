"""pysiaalarm, an independent implementation, as panel and as receiver: where it is right, we agree."""

from datetime import UTC, datetime

import pytest
from pysiaalarm.account import SIAAccount
from pysiaalarm.event import SIAEvent

from jifang.protocols.dc09 import (
    encode_frame,
    encode_supervision,
    judge,
    parse_frame,
    read_reply,
    reply,
)
from jifang.protocols.events import Concerns
from tests.protocols.dc09 import vectors

NOW = datetime(2026, 9, 25, 14, 12, 4, tzinfo=UTC)
KEYS = ["A" * 16, "B" * 24, "C" * 32]


def peer(raw: bytes, key: str | None = None, account: str = "1234") -> SIAEvent:
    known = {account: SIAAccount(account, key, allowed_timeband=None)}
    return SIAEvent.from_line(raw[1:-1].decode("ascii"), known)


@pytest.mark.parametrize("key", [None, *KEYS], ids=["clear", "128", "192", "256"])
@pytest.mark.parametrize(("token", "data"), [("ADM-CID", b"1130 01 015"), ("SIA-DCS", b"Nri1/BA015")])
def test_peer_reads_what_we_write(key: str | None, token: str, data: bytes) -> None:
    raw = encode_frame(token, 12, "1234", data, receiver="1", at=NOW, key=key.encode() if key else None)
    event = peer(raw, key)
    assert event.valid_message
    assert (event.account, event.sequence, event.receiver, event.line) == ("1234", "0012", "R1", "L0")
    assert (event.code, event.timestamp) == ("BA", NOW)
    assert int(event.ri or "-1") == (15 if token == "ADM-CID" else 1)


@pytest.mark.parametrize("key", KEYS, ids=["128", "192", "256"])
def test_we_read_the_answer_of_the_peer(key: str) -> None:
    raw = encode_supervision("1234", receiver="1", at=NOW, key=key.encode())
    told = read_reply(peer(raw, key).create_response(), key.encode())
    assert told is not None
    assert (told.answer.value, told.sequence) == ("ACK", 0)


def test_clear_answers_agree_byte_for_byte() -> None:
    raw = encode_frame("ADM-CID", 12, "1234", b"1130 01 015", receiver="1")
    frame = parse_frame(raw)
    assert reply(frame, judge(frame, now=NOW).answer, now=NOW) == peer(raw).create_response()


@pytest.mark.parametrize(
    "vector",
    [each for each in vectors.CLEAR if each.events and each.line is not None and each.account],
    ids=lambda each: each.frame[:8].decode(),
)
def test_readings_of_public_frames_agree(vector: vectors.Vector) -> None:
    assert vector.account
    event = peer(vectors.wire(vector.frame), account=vector.account)
    message = judge(parse_frame(vectors.wire(vector.frame)), now=NOW).message
    assert message is not None
    (ours,) = message.events
    assert event.valid_message
    assert event.account == vector.account
    if vector.token == b"SIA-DCS":
        assert event.code == ours.code
    else:
        assert (event.event_type, event.event_qualifier) == (ours.code, ours.qualifier)
        assert int(event.ri or "-1") == (ours.user if ours.concerns is Concerns.USER else ours.zone)
    assert event.timestamp == message.timestamp
