"""Time window, downgrade, wrong keys, refused accounts: the answers and their reasons."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.protocols.dc09 import (
    Answer,
    ExtendedData,
    Reason,
    TimeMode,
    TimePolicy,
    encode_frame,
    explain,
    fewest_p,
    format_stamp,
    judge,
    key_from_ascii,
    key_from_hex,
    parse_frame,
    parse_stamp,
    random_pad,
    read_reply,
    refuse_account,
    reply,
    seal,
)
from jifang.protocols.dc09.cipher import decrypt, encrypt

NOW = datetime(2026, 9, 25, 14, 12, 4, tzinfo=UTC)
KEY = b"0123456789abcdef"


def sealed(at: datetime) -> bytes:
    return encode_frame("ADM-CID", 1, "1234", b"1130 01 015", at=at, key=KEY)


@pytest.mark.parametrize(
    ("seconds", "valid"), [(-41, False), (-40, True), (0, True), (20, True), (21, False)]
)
def test_window_is_forty_back_and_twenty_ahead(seconds: int, valid: bool) -> None:
    judgement = judge(parse_frame(sealed(NOW + timedelta(seconds=seconds))), now=NOW, key=KEY)
    assert judgement.valid is valid
    assert judgement.answer is (Answer.ACK if valid else Answer.NAK)
    assert judgement.reason is (None if valid else Reason.TIMESTAMP_OUTSIDE_WINDOW)


def test_clear_frames_are_not_judged_by_their_time() -> None:
    raw = encode_frame("ADM-CID", 1, "1234", b"1130 01 015", at=NOW - timedelta(days=400))
    assert judge(parse_frame(raw), now=NOW).answer is Answer.ACK


def test_local_time_passes_with_its_offset() -> None:
    raw = sealed(NOW + timedelta(hours=8))
    policy = TimePolicy(TimeMode.OFFSET, offset=timedelta(hours=8))
    assert judge(parse_frame(raw), now=NOW, key=KEY, time=policy).answer is Answer.ACK
    assert judge(parse_frame(sealed(NOW)), now=NOW, key=KEY, time=policy).answer is Answer.NAK


def test_off_takes_any_time_and_no_time() -> None:
    off = TimePolicy(TimeMode.OFF)
    assert judge(parse_frame(sealed(NOW - timedelta(days=9))), now=NOW, key=KEY, time=off).valid is True
    bare = seal(b'"*ADM-CID"0001L0#1234[' + encrypt(KEY, b"|#1234|1130 01 015]"))
    assert judge(parse_frame(bare), now=NOW, key=KEY, time=off).valid is True
    without = judge(parse_frame(bare), now=NOW, key=KEY)
    assert (without.valid, without.reason, without.answer) == (False, Reason.TIMESTAMP_MISSING, Answer.NAK)


def test_time_that_no_calendar_has_is_outside_the_window() -> None:
    raw = seal(b'"*ADM-CID"0001L0#1234[' + encrypt(KEY, b"|#1234|1130 01 015]_25:61:00,13-40-2026"))
    assert judge(parse_frame(raw), now=NOW, key=KEY).reason is Reason.TIMESTAMP_OUTSIDE_WINDOW
    assert judge(parse_frame(raw), now=None, key=KEY).reason is Reason.TIMESTAMP_OUTSIDE_WINDOW


@pytest.mark.parametrize("content", [b"", b"ABC", b"zz" * 16, b"AB" * 15])
def test_what_is_no_cipher_text_counts_as_wrong_key(content: bytes) -> None:
    judgement = judge(parse_frame(seal(b'"*ADM-CID"0001L0#1234[' + content)), now=NOW, key=KEY)
    assert (judgement.valid, judgement.reason, judgement.answer) == (False, Reason.WRONG_KEY, Answer.NAK)


@given(st.binary(min_size=16, max_size=16).filter(lambda key: key != KEY))
def test_wrong_key_gives_no_event(key: bytes) -> None:
    judgement = judge(parse_frame(sealed(NOW)), now=NOW, key=key)
    assert (judgement.valid, judgement.reason, judgement.message) == (False, Reason.WRONG_KEY, None)


def test_wrong_key_is_seen_also_where_time_is_not_judged() -> None:
    judgement = judge(parse_frame(sealed(NOW)), now=NOW, key=b"f" * 16, time=TimePolicy(TimeMode.OFF))
    assert judgement.reason is Reason.WRONG_KEY


def test_clear_frame_of_a_keyed_account_is_a_downgrade() -> None:
    frame = parse_frame(encode_frame("ADM-CID", 1, "1234", b"1130 01 015", at=NOW))
    judgement = judge(frame, now=NOW, key=KEY)
    assert (judgement.valid, judgement.reason) == (False, Reason.CLEAR_FROM_KEYED_ACCOUNT)
    assert reply(frame, judgement.answer, now=NOW, key=KEY)[9:] == b'"DUH"0001L0#1234[]\r'
    assert judge(frame, now=NOW, key=KEY, refuse_clear=False).answer is Answer.ACK


def test_refused_account_gets_duh_in_clear() -> None:
    for raw in (sealed(NOW), encode_frame("ADM-CID", 1, "1234", b"1130 01 015")):
        frame = parse_frame(raw)
        refused = refuse_account(judge(frame, now=NOW))
        assert (refused.valid, refused.reason) == (False, Reason.ACCOUNT_REFUSED)
        assert reply(frame, refused.answer, now=NOW)[9:] == b'"DUH"0001L0#1234[]\r'


def test_refusing_an_account_answers_no_damaged_frame() -> None:
    damaged = parse_frame(sealed(NOW).replace(b"L0", b"L1"))
    assert refuse_account(judge(damaged, now=NOW)).answer is Answer.NOTHING


def test_unknown_token_gets_duh() -> None:
    frame = parse_frame(seal(b'"ADM-41E"0042R1L2#1234[#1234|1 2]'))
    judgement = judge(frame, now=NOW)
    assert (judgement.valid, judgement.reason) == (False, Reason.UNKNOWN_TOKEN)
    assert reply(frame, judgement.answer, now=NOW)[9:] == b'"DUH"0042R1L2#1234[]\r'


def test_answers_take_the_crc_form_of_the_frame() -> None:
    frame = parse_frame(encode_frame("ADM-CID", 1, "1234", b"1130 01 015", at=NOW, binary_crc=True))
    for answer in (Answer.ACK, Answer.NAK, Answer.DUH):
        raw = reply(frame, answer, now=NOW)
        assert parse_frame(raw).binary_crc
        assert parse_frame(raw).fault is None


def test_bar_behind_the_bracket_of_an_encrypted_null_is_no_padding() -> None:
    raw = seal(b'"*NULL"0000L0#1234[' + encrypt(KEY, b"][Ia|b]_14:12:04,09-25-2026"))
    judgement = judge(parse_frame(raw), now=NOW, key=KEY)
    assert judgement.valid is True
    assert judgement.message is not None
    assert judgement.message.xdata == (ExtendedData("I", b"a|b"),)


def test_bytes_behind_the_timestamp_do_not_make_the_key_wrong() -> None:
    raw = seal(b'"*ADM-CID"0001L0#1234[' + encrypt(KEY, b"|#1234|1130 01 015]_14:12:04,09-25-2026\x00"))
    assert judge(parse_frame(raw), now=NOW, key=KEY).valid is True


@pytest.mark.parametrize("length", [15, 16, 17, 32])
def test_padding_is_the_fewest_bytes(length: int) -> None:
    sealed_text = encrypt(KEY, b"|" + b"x" * (length - 1), fewest_p)
    plain = decrypt(KEY, sealed_text)
    assert plain == b"p" * (-length % 16) + b"|" + b"x" * (length - 1)


def test_random_padding_differs_and_holds_no_structure() -> None:
    assert len({random_pad(16) for _ in range(50)}) == 50
    assert not set(random_pad(5000)) & set(b"|[]")


def test_encrypted_answer_without_a_time_is_none() -> None:
    raw = seal(b'"*ACK"0001L0#1234[' + encrypt(KEY, b"|]"))
    assert read_reply(raw, KEY) is None
    assert read_reply(raw) is None


def test_account_may_be_left_out_of_the_data() -> None:
    frame = parse_frame(encode_frame("SIA-DCS", 1, "1234", b"NBA1", inner_account=False))
    assert frame.content == b"|NBA1]"
    message = judge(frame, now=NOW).message
    assert message is not None
    assert (message.account_bytes, message.payloads) == (b"", (b"NBA1",))


def test_encrypted_answer_needs_its_key() -> None:
    frame = parse_frame(sealed(NOW))
    with pytest.raises(ValueError, match="key"):
        reply(frame, Answer.ACK, now=NOW)


@pytest.mark.parametrize("size", [16, 24, 32])
def test_panel_reads_the_answer(size: int) -> None:
    key = bytes(range(size))
    raw = encode_frame("SIA-DCS", 321, "1234", b"NBA1", receiver="7", at=NOW, key=key)
    frame = parse_frame(raw)
    judgement = judge(frame, now=NOW, key=key)
    told = read_reply(reply(frame, judgement.answer, now=NOW, key=key), key)
    assert told is not None
    assert (told.answer, told.sequence, told.time) == (Answer.ACK, 321, NOW)
    assert read_reply(reply(frame, judgement.answer, now=NOW, key=key), bytes(size)) is None


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_stamps_come_back(at: datetime) -> None:
    whole = at.replace(microsecond=0)
    assert parse_stamp(format_stamp(whole)) == whole


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_stamp(datetime(2026, 1, 1))  # noqa: DTZ001


def test_keys_are_never_guessed() -> None:
    text = "0123456789ABCDEF0123456789ABCDEF"
    assert len(key_from_hex(text)) == 16
    assert len(key_from_ascii(text)) == 32
    for wrong in ("", "12", "0123456789ABCDEF0123456789ABCDEG", "AB" * 20):
        with pytest.raises(ValueError, match="hexadecimal") as error:
            key_from_hex(wrong)
        assert not wrong or wrong not in str(error.value)
    for wrong in ("short", "x" * 17, "é" * 16):
        with pytest.raises(ValueError, match="ASCII"):
            key_from_ascii(wrong)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_explained_in_both_languages(reason: Reason) -> None:
    chinese, english = explain(reason), explain(reason, "en")
    assert english.isascii()
    assert english.endswith(".")
    assert not chinese.isascii()
    assert chinese.endswith("。")
