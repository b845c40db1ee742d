"""A TCP stream falls into the same frames however it was cut, loses no byte and stays bounded."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.protocols.dc09 import MAX_FRAME, Reason, StreamFramer, encode_frame, parse_frame, seal
from tests.protocols.dc09 import vectors
from tests.protocols.dc09.vectors import wire

GOOD = (
    *(wire(vector.frame) for vector in vectors.CLEAR),
    wire(vectors.STANDARD_UPPER),
    wire(vectors.AJAX_NULL),
)
NOISE = b"\r\n\x00\x14 \t"


def cut(stream: bytes, cuts: list[int]) -> Iterator[bytes]:
    """The stream in pieces that end at the given places."""
    last = 0
    for place in sorted({min(place, len(stream)) for place in cuts} | {len(stream)}):
        yield stream[last:place]
        last = place


def frames_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    framer = StreamFramer()
    pieces = [piece for part in cut(stream, cuts) for piece in framer.feed(part)]
    return pieces + framer.close()


def test_several_frames_in_one_read() -> None:
    assert StreamFramer().feed(b"".join(GOOD)) == list(GOOD)


def test_frame_over_several_reads() -> None:
    framer = StreamFramer()
    frame = GOOD[0]
    pieces = [framer.feed(frame[place : place + 1]) for place in range(len(frame))]
    assert pieces[:-1] == [[]] * (len(frame) - 1)
    assert pieces[-1] == [frame]
    assert framer.pending == 0


@given(
    st.lists(
        st.one_of(st.sampled_from(GOOD), st.binary(max_size=40), st.sampled_from([b"\n", b"\r\n", b"\x00"])),
        max_size=8,
    ),
    st.lists(st.integers(0, 400), max_size=20),
)
def test_chunks_do_not_matter(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    assert frames_of(stream, cuts) == frames_of(stream, [])


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=10))
def test_no_byte_but_noise_is_lost(stream: bytes, cuts: list[int]) -> None:
    given_back = b"".join(frames_of(stream, cuts))
    assert given_back.translate(None, NOISE) == stream.translate(None, NOISE)


@given(st.binary(max_size=200))
def test_good_frame_is_found_behind_garbage(garbage: bytes) -> None:
    framer = StreamFramer()
    pieces = framer.feed(garbage.replace(b'"', b"'") + GOOD[1])
    assert pieces[-1] == GOOD[1]


def test_cut_frame_does_not_swallow_the_next() -> None:
    pieces = StreamFramer().feed(GOOD[0][:30] + GOOD[1])
    assert pieces == [GOOD[0][:30], GOOD[1]]


def test_frame_without_carriage_return_before_the_next() -> None:
    pieces = StreamFramer().feed(GOOD[0][:-1] + GOOD[1])
    assert [parse_frame(piece).fault for piece in pieces] == [None, None]


@pytest.mark.parametrize("ending", [b"\n", b"\x00", b"\r\n", b"\x00\x00"])
def test_bytes_behind_the_carriage_return_are_no_refusal(ending: bytes) -> None:
    framer = StreamFramer()
    assert framer.feed((GOOD[0] + ending) * 3) == [GOOD[0]] * 3
    assert framer.close() == []


@pytest.mark.parametrize(
    "first", [0x0A, 0x0D, 0x00, 0x22, 0x30, 0x14], ids=["LF", "CR", "NUL", "quote", "zero", "DC4"]
)
def test_binary_crc_may_hold_any_byte(first: int) -> None:
    for frame in binary_frames(lambda crc: first in crc):
        for place in range(1, len(frame)):
            framer = StreamFramer()
            pieces = framer.feed(frame[:place]) + framer.feed(frame[place:]) + framer.feed(GOOD[0])
            assert pieces == [frame, GOOD[0]]
        parsed = parse_frame(frame)
        assert (parsed.fault, parsed.binary_crc) == (None, True)
        assert parse_frame(frame[1:-1]).fault is None


def binary_frames(wanted: Callable[[bytes], bool]) -> list[bytes]:
    """Two frames whose binary CRC has the wanted bytes."""
    found = []
    for number in range(10_000):
        frame = encode_frame("ADM-CID", number, "1234", b"1130 01 015", binary_crc=True)
        if wanted(frame[1:3]):
            found.append(frame)
        if len(found) == 2:
            break
    assert found
    return found


def test_memory_is_bounded() -> None:
    framer = StreamFramer()
    for flood in (b"A" * 1000, b'\nABCD0FFF"SIA-DCS"', b"\n" * 1000, b"\x81" * 1000):
        for _ in range(20):
            framer.feed(flood)
            assert framer.pending <= MAX_FRAME + 9


def test_flood_comes_out_in_bounded_pieces() -> None:
    pieces = StreamFramer().feed(b"x" * 50_000)
    assert {len(piece) for piece in pieces} == {MAX_FRAME}


LONG = st.lists(
    st.one_of(
        st.sampled_from([b'\nABCD0123"', b'\n\r\n0123"', b"\n", b"\x14", b"\r", b"\n0", *GOOD[:2]]),
        st.tuples(st.sampled_from([b"x", b"\n", b"\n0", b'\nABCD0123"']), st.integers(4000, 4200)).map(
            lambda pair: (pair[0] * pair[1])[: pair[1]]
        ),
    ),
    max_size=5,
)


@given(LONG, st.lists(st.one_of(st.integers(0, 20_000), st.integers(4080, 4120)), max_size=30))
def test_chunks_do_not_matter_at_the_limit(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    expected = frames_of(stream, [])
    assert frames_of(stream, cuts) == expected
    assert b"".join(expected).translate(None, NOISE) == stream.translate(None, NOISE)


@pytest.mark.parametrize("edge", range(-12, 13))
def test_endless_frame_with_line_feeds_at_the_limit_does_not_hang(edge: int) -> None:
    stream = b'\nABCD0FFF"' + b"x" * (MAX_FRAME - 10 + edge) + b"\n"
    framer = StreamFramer()
    framer.feed(stream)
    assert framer.pending <= MAX_FRAME + 9
    assert frames_of(stream + GOOD[0], [MAX_FRAME - 1, MAX_FRAME, MAX_FRAME + 1])[-1] == GOOD[0]


def test_foreign_ends_inside_a_broken_header_are_found_however_slowly_it_came() -> None:
    stream = b'\nABCD0FFF"' + b"x" * 100 + b"\x14" + b"y" * 100 + b"\x14" + b"z" * MAX_FRAME + GOOD[0]
    assert frames_of(stream, list(range(0, len(stream), 7))) == frames_of(stream, [])
    assert len(frames_of(stream, [])) == 4


def test_longest_frame_passes() -> None:
    head = b'"SIA-DCS"0001L0#1234['
    frame = seal(head + b"x" * (0xFFF - len(head) - 1) + b"]")
    assert len(frame) == MAX_FRAME
    framer = StreamFramer()
    assert framer.feed(frame[:4000]) + framer.feed(frame[4000:]) == [frame]
    assert parse_frame(frame).fault is None


def test_rest_is_handed_out_when_the_connection_ends() -> None:
    framer = StreamFramer()
    assert framer.feed(GOOD[0][:20]) == []
    assert framer.close() == [GOOD[0][:20]]
    assert framer.close() == []


def test_foreign_line_comes_out_at_its_end() -> None:
    pieces = StreamFramer().feed(b"SR0001L0001    006969XX    [ID00000000]\r5011 181234E13001015\x14")
    assert [parse_frame(piece).fault for piece in pieces] == [Reason.ATS_HEARTBEAT, Reason.SUR_GARD_LINE]
