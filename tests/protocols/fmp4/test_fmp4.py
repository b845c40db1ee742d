"""Files that an independent player reads: same pictures, times, sound."""

import hashlib
import json
import math
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.protocols.fmp4 import (
    AudioTrack,
    Run,
    Sample,
    VideoTrack,
    aac_config,
    find,
    fragment,
    initial_segment,
    read_fragment,
    walk,
    whole_boxes,
)
from jifang.protocols.h26x import Codec, ParameterSets, join_lengths
from tests.protocols.pictures import CLIPS, PICTURES, TICKS, pictures

codecs = pytest.mark.parametrize("codec", list(Codec))


def tone(count: int) -> bytes:
    """A tone of 500 Hz in G.711 A-law: sixteen samples again and again (ITU-T G.711 table 1a)."""
    wave = [int(8000 * math.sin(math.pi * n / 8)) for n in range(16)]
    return bytes(alaw(value) for value in wave) * (count // 16)


def alaw(value: int) -> int:
    sign, size = (0x80, value) if value >= 0 else (0, -value - 1)
    exponent = max(0, (max(size, 1) >> 4).bit_length() - 4)
    mantissa = size >> 4 & 15 if exponent == 0 else size >> exponent + 3 & 15
    return (sign | exponent << 4 | mantissa) ^ 0x55


def video(codec: Codec) -> list[Sample]:
    return [Sample(join_lengths(units), TICKS, key) for units, key in pictures(codec)]


def parameters(codec: Codec) -> ParameterSets:
    return ParameterSets(codec, [unit for units, _ in pictures(codec) for unit in units])


def movie(codec: Codec, audio: AudioTrack | None, *, per_picture: bool) -> bytes:
    samples = video(codec)
    sound = [Sample(tone(320), 320) for _ in samples]
    tracks = (VideoTrack(parameters(codec)), audio) if audio else (VideoTrack(parameters(codec)),)
    made = [initial_segment(tracks)]
    step = 1 if per_picture else 6
    for number, start in enumerate(range(0, len(samples), step), 1):
        runs = [Run(1, start * TICKS, samples[start : start + step])]
        if audio:
            runs.append(Run(2, start * 320, sound[start : start + step]))
        made.append(fragment(number, runs))
    return b"".join(made)


def probe(path: Path, *more: str) -> dict[str, list[dict[str, str]]]:
    said = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_packets", *more, "-of", "json", path],
        capture_output=True, check=True,
    )  # fmt: skip
    assert said.stderr == b""
    found: dict[str, list[dict[str, str]]] = json.loads(said.stdout)
    return found


@pytest.mark.peer("ffprobe")
@codecs
@pytest.mark.parametrize("per_picture", [True, False])
@pytest.mark.parametrize("audio", [None, "g711a", "g711u"])
def test_ffprobe_reads_it(codec: Codec, per_picture: bool, audio: str | None, tmp_path: Path) -> None:
    path = tmp_path / "movie.mp4"
    path.write_bytes(movie(codec, AudioTrack(audio) if audio else None, per_picture=per_picture))
    found = probe(path)
    picture, *sound = found["streams"]
    assert (picture["codec_name"], picture["codec_tag_string"]) == (
        ("h264", "avc1") if codec is Codec.H264 else ("hevc", "hvc1")
    )
    assert (picture["width"], picture["height"], picture["time_base"]) == (176, 100, "1/90000")
    shown = [packet for packet in found["packets"] if packet["codec_type"] == "video"]
    assert [packet["pts"] for packet in shown] == [number * TICKS for number in range(PICTURES)]
    assert ["K" in packet["flags"] for packet in shown] == [key for _, key in pictures(codec)]
    if audio:
        (heard,) = sound
        assert heard["codec_name"] == {"g711a": "pcm_alaw", "g711u": "pcm_mulaw"}[audio]
        assert heard["sample_rate"] == "8000"


@pytest.mark.peer("ffprobe")
@codecs
def test_every_picture_decodes_as_it_was(codec: Codec, tmp_path: Path) -> None:
    path = tmp_path / "movie.mp4"
    path.write_bytes(movie(codec, AudioTrack("g711a"), per_picture=False))

    def hashes(source: Path) -> list[str]:
        said = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", source, "-map", "0:v", "-f", "framemd5", "-"],
            capture_output=True, check=True,
        )  # fmt: skip
        assert said.stderr == b""
        return [
            line.split(b",")[-1].strip().decode() for line in said.stdout.splitlines() if line[:1] != b"#"
        ]

    made = hashes(path)
    assert len(made) == PICTURES
    assert made == hashes(CLIPS / f"main.{codec.value}")


@pytest.mark.peer("ffprobe")
def test_the_sound_is_the_one_written(tmp_path: Path) -> None:
    path = tmp_path / "movie.mp4"
    path.write_bytes(movie(Codec.H264, AudioTrack("g711a"), per_picture=True))
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-c", "copy", "-f", "alaw", "-"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert raw == tone(320) * PICTURES


@pytest.mark.peer("ffprobe")
def test_aac(tmp_path: Path) -> None:
    adts = tmp_path / "tone.aac"
    source = ["-f", "lavfi", "-i", "sine=frequency=500:sample_rate=16000:duration=0.5"]
    subprocess.run(["ffmpeg", "-v", "error", *source, "-c:a", "aac", adts], check=True)
    data, frames, place = adts.read_bytes(), [], 0
    while place + 7 <= len(data):
        length = (data[place + 3] & 3) << 11 | data[place + 4] << 3 | data[place + 5] >> 5
        frames.append(data[place + 7 : place + length])
        place += length
    track = AudioTrack("aac", 16_000)
    assert track.codec_string == "mp4a.40.2"
    samples = [Sample(frame, 1024) for frame in frames]
    path = tmp_path / "tone.mp4"
    path.write_bytes(initial_segment((track,)) + fragment(1, [Run(1, 0, samples)]))
    found = probe(path)
    assert (found["streams"][0]["codec_name"], found["streams"][0]["sample_rate"]) == ("aac", "16000")
    assert len(found["packets"]) == len(frames)
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", path, "-f", "null", "-"], check=True)


@codecs
def test_a_torn_end_is_found(codec: Codec) -> None:
    whole = movie(codec, None, per_picture=True)
    assert whole_boxes(whole) == len(whole)
    boxes = list(walk(whole))
    assert [each.kind for each in boxes] == [b"ftyp", b"moov", *([b"moof", b"mdat"] * PICTURES)]
    # Killed in the middle of the last mdat, or between moof and mdat: the last fragment does not count.
    for cut in (len(whole) - 1, boxes[-1].start, boxes[-1].start + 4, boxes[-2].start + 9, boxes[-2].start):
        assert whole_boxes(whole[:cut]) == boxes[-2].start


@given(
    st.integers(0, 2**50),
    st.lists(
        st.builds(
            Sample, st.binary(max_size=20), st.integers(0, 2**32 - 1), st.booleans(), st.integers(-9, 9)
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_fragments_read_back(time: int, samples: list[Sample]) -> None:
    data = fragment(1, [Run(1, time, samples), Run(2, 5, [Sample(b"sound", 7)])])
    moof, mdat = walk(data)
    first, second = read_fragment(data, moof)
    assert (first.track, first.time, second.track, second.time) == (1, time, 2, 5)
    assert first.durations == tuple(sample.duration for sample in samples)
    assert first.sizes == tuple(len(sample.data) for sample in samples)
    assert first.keys == tuple(sample.key for sample in samples)
    assert data[mdat.body : mdat.end] == b"".join(sample.data for sample in samples) + b"sound"


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match="not complete"):
        initial_segment((VideoTrack(ParameterSets(Codec.H264)),))
    with pytest.raises(ValueError, match=r"g729"):
        initial_segment((AudioTrack("g729"),))
    with pytest.raises(ValueError, match="8001"):
        aac_config(8001, 1)
    with pytest.raises(ValueError, match="track 1"):
        fragment(1, [Run(1, -1, [Sample(b"", 1)])])
    assert AudioTrack("g711a").codec_string == ""


@given(st.binary(max_size=200))
def test_walking_garbage_ends(data: bytes) -> None:
    for each in walk(data):
        assert each.start < each.end <= len(data)
        read_fragment(data, each)
    find(data, b"moov", b"trak")
    assert 0 <= whole_boxes(data) <= len(data)


def test_the_same_input_gives_the_same_file() -> None:
    made = {hashlib.sha256(movie(Codec.H264, None, per_picture=False)).hexdigest() for _ in range(2)}
    assert len(made) == 1
