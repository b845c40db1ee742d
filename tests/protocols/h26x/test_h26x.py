"""NAL units and parameter sets, with ffprobe as the witness of what the clips are."""

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.protocols.h26x import (
    Codec,
    ParameterSets,
    join_annex_b,
    join_lengths,
    parse_sps,
    sniff,
    split_annex_b,
    split_lengths,
    type_of,
)
from jifang.protocols.h26x.bits import BitError, BitReader, unescape
from tests.protocols.pictures import CLIPS, PICTURES, clip, pictures

units = st.lists(
    st.binary(min_size=1, max_size=30).map(lambda data: b"\x41" + data.replace(b"\x00", b"\x01")), max_size=6
)


@given(units)
def test_units_read_back(made: list[bytes]) -> None:
    assert split_annex_b(join_annex_b(made)) == made
    assert split_lengths(join_lengths(made)) == made


def test_start_codes_of_both_lengths_and_trailing_zeros() -> None:
    assert split_annex_b(b"junk\x00\x00\x01\x65ab\x00\x00\x00\x01\x41c\x00\x00\x00") == [b"\x65ab", b"\x41c"]
    assert split_annex_b(b"nothing") == []
    assert split_lengths(b"\x00\x00\x00\x02ab\x00\x00\x00\x09c") == [b"ab"]


def test_exp_golomb_codes() -> None:
    # H.264 table 9-2 and 9-3: 1, 010, 011, 00100 ... are 0, 1, 2, 3.
    read = BitReader(bytes([0b10100110, 0b01000010, 0b10000000]))
    assert [read.ue() for _ in range(5)] == [0, 1, 2, 3, 4]
    read = BitReader(bytes([0b10100110, 0b01000010, 0b10000000]))
    assert [read.se() for _ in range(5)] == [0, 1, -1, 2, -2]
    with pytest.raises(BitError):
        BitReader(b"\x00" * 9).ue()
    assert unescape(b"\x67\x00\x00\x03\x01\x00\x00\x03\x00\x00\x03") == b"\x67\x00\x00\x01\x00\x00\x00\x00"


@pytest.mark.parametrize(
    ("codec", "kind", "string", "reorders"),
    [
        (Codec.H264, "main", "avc1.4D400B", False),
        (Codec.H264, "b_frames", "avc1.64000B", True),
        (Codec.H265, "main", "hvc1.1.6.L30.90", False),
        (Codec.H265, "b_frames", "hvc1.1.6.L30.90", True),
    ],
)
def test_parameter_sets(codec: Codec, kind: str, string: str, reorders: bool) -> None:
    sets = ParameterSets(codec)
    assert not sets.complete
    for made, _ in pictures(codec, kind):
        sets.feed(made)
    assert sets.complete
    assert sets.sequence is not None
    assert (sets.sequence.width, sets.sequence.height) == (176, 100)
    assert (sets.sequence.codec_string, sets.reorders) == (string, reorders)
    assert len(pictures(codec, kind)) == PICTURES


@pytest.mark.peer("ffprobe")
@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("kind", ["main", "b_frames"])
def test_ffprobe_agrees(codec: Codec, kind: str) -> None:
    entries = "stream=width,height,profile,level,has_b_frames,codec_name"
    path = CLIPS / f"{kind}.{codec.value}"
    said = json.loads(
        subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "json", path],
            capture_output=True, check=True,
        ).stdout
    )["streams"][0]  # fmt: skip
    sets = ParameterSets(codec, split_annex_b(clip(codec, kind)))
    assert sets.sequence is not None
    assert (sets.sequence.width, sets.sequence.height) == (said["width"], said["height"])
    assert sets.reorders is bool(said["has_b_frames"])
    level = sets.sequence.codec_string
    assert (int(level[-2:], 16) if codec is Codec.H264 else int(level.split(".")[3][1:])) == said["level"]


def test_fields_that_cameras_use_seldom() -> None:
    # Interlaced, cropped, with scaling lists: 1920x1080 of a broadcast encoder has 34 map units of 32 lines.
    bits = "".join([
        "01100100", "00000000", "00101000",  # High, level 4.0
        "1",  # seq_parameter_set_id
        "010", "1", "1", "0", "1", "1" + "1" * 16, "0000000",  # 4:2:0, 8 bit, one scaling list of zeros
        "1", "011",  # frame_num, pic_order_cnt_type 2
        "010", "0",  # one reference
        "000000" + "1111000", "00000" + "100010",  # 120 and 34 units, less one
        "0", "0", "1", "1",  # fields, no adaptive, direct 8x8, cropping
        "1", "1", "1", "011",  # bottom 2 chroma units of two lines each, twice for fields
        "0", "1",
    ])  # fmt: skip
    data = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    found = parse_sps(Codec.H264, b"\x67" + data)
    assert found is not None
    assert (found.width, found.height, found.reorder) == (1920, 1080, 0)


@pytest.mark.parametrize("codec", list(Codec))
def test_a_new_size_is_noticed(codec: Codec) -> None:
    sets = ParameterSets(codec)
    main, other = (pictures(codec, kind)[0][0] for kind in ("main", "b_frames"))
    assert sets.feed(main) is True
    assert sets.feed(main) is False
    assert sets.feed(other) is True
    assert len(sets.sps) == len(sets.pps) == 1
    assert sets.sps[0] in other


@pytest.mark.parametrize("codec", list(Codec))
def test_the_codec_is_recognised(codec: Codec) -> None:
    made = pictures(codec)
    assert sniff(made[0][0]) is codec
    assert sniff(made[1][0]) is None
    assert sniff([]) is None
    assert sniff([*pictures(Codec.H264)[0][0], *pictures(Codec.H265)[0][0]]) is None


def test_damaged_sets_are_none() -> None:
    sps = next(unit for unit in pictures(Codec.H264)[0][0] if type_of(Codec.H264, unit) == 7)
    assert parse_sps(Codec.H264, sps[:5]) is None
    assert parse_sps(Codec.H265, sps) is None
    assert parse_sps(Codec.H264, b"") is None
    assert ParameterSets(Codec.H264).feed([sps[:5], b""]) is False
