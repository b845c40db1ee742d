"""Session descriptions and playback control."""

from datetime import UTC, datetime

import pytest

from jifang.protocols.gb28181 import (
    PROFILES,
    Edition,
    Offer,
    PlaybackControl,
    Purpose,
    Transport,
    build_control,
    build_offer,
    read_control,
    read_format,
    read_offer,
)
from jifang.protocols.gb28181.media import subject

PLATFORM = "34020000002020000001"
CHANNEL = "34020000001310000004"

# The official tool's templates, with its example values.
LIVE = f"""v=0
o={PLATFORM} 0 0 IN IP4 192.168.1.10
s=Play
c=IN IP4 192.168.1.10
t=0 0
m=video 6000 RTP/AVP 96 98 97
a=recvonly
a=rtpmap:96 PS/90000
a=rtpmap:98 H264/90000
a=rtpmap:97 MPEG4/90000
y=0100000001
f=
"""


def test_a_live_offer_is_the_official_one() -> None:
    offer = Offer(
        owner=PLATFORM, address="192.168.1.10", port=6000, transport=Transport.UDP, ssrc="0100000001"
    )
    assert build_offer(offer).decode() == LIVE.replace("\n", "\r\n")
    assert read_offer(LIVE.encode()) == offer


def test_playback_over_tcp() -> None:
    offer = Offer(
        owner=PLATFORM,
        address="192.168.1.10",
        port=6000,
        purpose=Purpose.DOWNLOAD,
        channel=CHANNEL,
        channel_stream=3,
        start=datetime(2026, 11, 22, 0, 0, tzinfo=UTC),
        end=datetime(2026, 11, 22, 1, 0, tzinfo=UTC),
        speed=4,
        ssrc="1100000001",
        format="v/2/5/25/1/1536a/1/8/1",
    )
    body = build_offer(offer)
    assert read_offer(body) == offer
    lines = body.decode().split("\r\n")
    assert [line[0] for line in lines if line] == list("vosuctmaaaaaaayf")
    assert "u=34020000001310000004:3" in lines
    assert "t=1795305600 1795309200" in lines
    assert "m=video 6000 TCP/RTP/AVP 96 98 97" in lines
    assert "a=setup:passive" in lines


def test_h265_is_offered_to_devices_of_2022() -> None:
    offer = Offer(owner=PLATFORM, address="::1", port=6000, stream_number=1)
    body = build_offer(offer, PROFILES[Edition.E2022]).decode()
    assert "a=rtpmap:99 H265/90000" in body
    assert "c=IN IP6 ::1" in body
    assert "a=streamnumber:1" in body
    assert "y=" not in body


def test_answers_of_devices() -> None:
    answer = (
        b"v=0\no=34020000001320000001 0 0 IN IP4 10.0.0.8\ns=Embedded Net DVR\nt=0 0\n"
        b"m=video 15060 TCP/RTP/AVP 96\nc=IN IP4 10.0.0.8\na=setup:active\na=sendonly\na=filesize:1234\n"
        b"y=200000001\nf=v/////a///\n\x00"
    )
    read = read_offer(answer)
    assert read is not None
    assert (read.address, read.port, read.transport, read.direction) == (
        "10.0.0.8", 15060, Transport.TCP_ACTIVE, "sendonly",
    )  # fmt: skip
    # Nine digits are no SSRC of the standard: the latch decides.
    assert (read.ssrc, read.file_size, read.purpose) == (None, 1234, Purpose.PLAY)


def test_formats() -> None:
    read = read_format("v/2/5/25/1/1536a/1/8/1")
    assert read is not None
    assert (read.video_codec, read.resolution, read.frame_rate, read.audio_rate) == ("2", "5", "25", "8")
    assert str(read) == "v/2/5/25/1/1536a/1/8/1"
    assert read_format("v/////a///") is not None
    assert read_format("") is None


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match="ten decimal digits"):
        build_offer(Offer(owner=PLATFORM, address="1.2.3.4", port=1, ssrc="12"))
    with pytest.raises(ValueError, match="start before end"):
        build_offer(Offer(owner=PLATFORM, address="1.2.3.4", port=1, purpose=Purpose.PLAYBACK))


def test_the_subject() -> None:
    assert subject(CHANNEL, "0100000001", PLATFORM) == f"{CHANNEL}:0100000001,{PLATFORM}:0"


@pytest.mark.parametrize(
    ("control", "body"),
    [
        (PlaybackControl(method="PAUSE", cseq=1), b"PAUSE RTSP/1.0\r\nCSeq: 1\r\nPauseTime: now\r\n\r\n"),
        (PlaybackControl(method="PLAY", cseq=2), b"PLAY RTSP/1.0\r\nCSeq: 2\r\nRange: npt=now-\r\n\r\n"),
        (
            PlaybackControl(method="PLAY", cseq=3, position=100.0),
            b"PLAY RTSP/1.0\r\nCSeq: 3\r\nRange: npt=100.0-\r\n\r\n",
        ),
        (
            PlaybackControl(method="PLAY", cseq=4, scale=-2.0),
            b"PLAY RTSP/1.0\r\nCSeq: 4\r\nScale: -2.0\r\n\r\n",
        ),
        (PlaybackControl(method="TEARDOWN", cseq=5), b"TEARDOWN RTSP/1.0\r\nCSeq: 5\r\n\r\n"),
    ],
)
def test_playback_control(control: PlaybackControl, body: bytes) -> None:
    assert build_control(control) == body
    assert read_control(body) == control
    assert read_control(body.replace(b" RTSP/", b" MANSRTSP/")) == control


def test_answers_to_control() -> None:
    assert read_control(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n") == 200
    assert read_control(b"") is None
    with pytest.raises(ValueError, match="position and scale"):
        build_control(PlaybackControl(method="PLAY", cseq=1, position=1, scale=2))
