"""The conversation with a camera, against a camera of a few lines that is as strict as the standard."""

import base64
from collections.abc import Callable

import pytest

from jifang.protocols.digest import matches, parse_credentials
from jifang.protocols.h26x import Codec
from jifang.protocols.rtsp import (
    Described,
    Event,
    Failed,
    Failure,
    MessageReader,
    Packet,
    Playing,
    Redirected,
    RtspClient,
    RtspError,
    RtspMessage,
    State,
    address_of,
    control_of,
    read_description,
    split_credentials,
)
from tests.protocols.pictures import pictures

URL = "rtsp://192.168.1.64:554/Streaming/Channels/101"
SPS, PPS = (base64.b64encode(unit).decode() for unit in pictures(Codec.H264)[0][0][:2])
SDP = f"""v=0\r
o=- 1 1 IN IP4 192.168.1.64\r
s=Media\r
c=IN IP4 0.0.0.0\r
t=0 0\r
a=control:{URL}/\r
m=video 0 RTP/AVP 96\r
a=rtpmap:96 H264/90000\r
a=fmtp:96 profile-level-id=4D400B; packetization-mode=1; sprop-parameter-sets={SPS},{PPS}\r
a=control:trackID=1\r
m=audio 0 RTP/AVP 8\r
a=control:trackID=2\r
m=application 0 RTP/AVP 107\r
a=rtpmap:107 vnd.onvif.metadata/90000\r
a=control:trackID=3\r
"""


class Camera:
    """Answers requests; `change` may alter an answer before it is sent."""

    def __init__(self, auth: str = "", password: str = "pass") -> None:  # noqa: S107
        self.auth = auth
        self.password = password
        self.requests: list[RtspMessage] = []
        self.change: Callable[[RtspMessage, RtspMessage], None] = lambda request, answer: None
        self._reader = MessageReader()
        self._channel = 0

    def talk(self, data: bytes) -> bytes:
        out = b""
        for request in self._reader.feed(data):
            assert isinstance(request, RtspMessage)
            self.requests.append(request)
            if not request.method:
                continue
            answer = self._answer(request)
            answer.headers.insert(0, ("CSeq", request.get("CSeq") or ""))
            self.change(request, answer)
            out += bytes(answer)
        return out

    def _answer(self, request: RtspMessage) -> RtspMessage:
        if self.auth and request.method != "OPTIONS" and not self._trusted(request):
            return RtspMessage(
                401, "Unauthorized", headers=[("WWW-Authenticate", each) for each in self.auth.split("|")]
            )
        match request.method:
            case "OPTIONS":
                return RtspMessage(
                    200, "OK", headers=[("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER")]
                )
            case "DESCRIBE":
                headers = [("Content-Base", URL + "/"), ("Content-Type", "application/sdp")]
                return RtspMessage(200, "OK", headers=headers, body=SDP.encode())
            case "SETUP":
                transport = (request.get("Transport") or "") + ";ssrc=1A2B3C4D"
                if "client_port" in transport:
                    transport += ";server_port=8000-8001;source=192.168.1.64"
                return RtspMessage(
                    200, "OK", headers=[("Transport", transport), ("Session", "77;timeout=30")]
                )
            case "PLAY":
                assert request.get("Session") == "77"
                info = f"url={URL}/trackID=1;seq=9;rtptime=90000,url={URL}/trackID=2;rtptime=5"
                return RtspMessage(200, "OK", headers=[("RTP-Info", info)])
        return RtspMessage(200, "OK")

    def _trusted(self, request: RtspMessage) -> bool:
        header = request.get("Authorization") or ""
        if header == "Basic " + base64.b64encode(f"admin:{self.password}".encode()).decode():
            return True
        credentials = parse_credentials(header)
        return (
            credentials is not None
            and credentials.uri == request.uri
            and matches(credentials, request.method, self.password)
        )


def run(client: RtspClient, camera: Camera, now: float = 0) -> list[Event]:
    """Talk until nobody says anything."""
    events: list[Event] = []
    while data := client.take():
        assert b"pass" not in data
        events += client.feed(camera.talk(data), now)
    return events


def describe(client: RtspClient, camera: Camera) -> list[Event]:
    client.start(0)
    return run(client, camera)


def play(client: RtspClient, camera: Camera, ports: list[int] | None = None) -> list[Event]:
    describe(client, camera)
    client.setup([track for track in client.tracks if track.codec], 0, ports=ports)
    return run(client, camera)


def test_a_camera_is_described() -> None:
    (event,) = describe(client := RtspClient(URL), Camera())
    assert isinstance(event, Described)
    video, audio, other = event.tracks
    assert (video.kind, video.codec, video.payload_type, video.clock) == ("video", "h264", 96, 90_000)
    assert video.control == f"{URL}/trackID=1"
    sets = video.parameter_sets()
    assert sets is not None
    assert sets.complete
    assert sets.sequence is not None
    assert (sets.sequence.width, sets.sequence.height) == (176, 100)
    assert (audio.codec, audio.clock, other.codec, other.name) == ("g711a", 8000, "", "VND.ONVIF.METADATA")
    assert client.state is State.DESCRIBED


@pytest.mark.parametrize(
    "auth",
    [
        "",
        'Digest realm="IP Camera", nonce="abc"',
        'Digest realm="r", nonce="abc", algorithm=SHA-256, qop="auth"',
        'Basic realm="r"',
        'Basic realm="r"|Digest realm="r", nonce="abc", algorithm=MD5',
        'Digest realm="r", nonce="abc", algorithm=SM3|Basic realm="r"',
    ],
)
def test_playing_interleaved(auth: str) -> None:
    client = RtspClient(URL.replace("://", "://admin:pass@"))
    (event,) = play(client, camera := Camera(auth))
    assert isinstance(event, Playing)
    first, second = event.transports
    assert (first.track.codec, first.interleaved, first.rtp, first.ssrc) == ("h264", True, 0, 0x1A2B3C4D)
    assert (second.track.codec, second.rtp) == ("g711a", 2)
    assert event.info == ((9, 90_000), (None, 5))
    asked = [request.get("Transport") for request in camera.requests if request.method == "SETUP"]
    assert "RTP/AVP/TCP;unicast;interleaved=2-3" in asked
    if "Digest" in auth and "Basic" in auth and "SM3" not in auth:
        assert (camera.requests[-1].get("Authorization") or "").startswith("Digest")


def test_playing_over_udp() -> None:
    client = RtspClient(URL)
    (event,) = play(client, Camera(), ports=[40_000, 40_002])
    assert isinstance(event, Playing)
    first = event.transports[0]
    assert (first.interleaved, first.rtp, first.server_rtp, first.source) == (
        False,
        40_000,
        8000,
        "192.168.1.64",
    )


def test_a_session_is_kept_alive_and_ended() -> None:
    client, camera = RtspClient(URL), Camera()
    play(client, camera)
    assert client.deadline == 15
    assert client.tick(14) == []
    assert client.take() == b""
    client.tick(15)
    assert run(client, camera, 15) == []
    assert (camera.requests[-1].method, camera.requests[-1].get("Session")) == ("GET_PARAMETER", "77")
    assert client.deadline == 30
    client.teardown(16)
    run(client, camera, 16)
    assert (camera.requests[-1].method, camera.requests[-1].uri) == ("TEARDOWN", URL + "/")
    assert (client.state, client.deadline) == (State.CLOSED, None)


def test_a_camera_without_get_parameter_is_asked_for_options() -> None:
    camera = Camera()
    camera.change = lambda request, answer: (
        answer.headers.clear() if request.method == "OPTIONS" else None  # neither Public nor CSeq
    )
    client = RtspClient(URL)
    play(client, camera)
    client.tick(15)
    assert client.take().startswith(b"OPTIONS ")


def test_a_silent_camera() -> None:
    client = RtspClient(URL)
    client.start(0)
    client.take()
    assert client.tick(9.9) == []
    assert client.tick(10) == [Failed(Failure.NO_ANSWER)]
    assert client.state is State.CLOSED
    assert client.feed(b"RTSP/1.0 200 OK\r\n\r\n", 11) == []


def test_a_wrong_password_is_tried_once() -> None:
    camera = Camera('Digest realm="r", nonce="abc"', password="other")
    client = RtspClient(URL, "admin", "pass")
    assert describe(client, camera) == [Failed(Failure.UNAUTHORIZED, 401, "Unauthorized")]
    assert [request.method for request in camera.requests] == ["OPTIONS", "DESCRIBE", "DESCRIBE"]
    assert describe(RtspClient(URL), Camera('Basic realm="r"')) == [
        Failed(Failure.UNAUTHORIZED, 401, "Unauthorized")
    ]


def test_a_stale_nonce_is_replaced() -> None:
    client, camera = RtspClient(URL, "admin", "pass"), Camera('Digest realm="r", nonce="one"')
    play(client, camera)
    camera.auth = 'Digest realm="r", nonce="two", stale=true'
    refused: list[str] = []

    def change(request: RtspMessage, answer: RtspMessage) -> None:
        credentials = parse_credentials(request.get("Authorization") or "")
        if credentials is not None and credentials.nonce == "one":
            refused.append(request.method)
            answer.status, answer.headers[1:] = 401, [("WWW-Authenticate", camera.auth)]

    camera.change = change
    client.tick(15)
    assert run(client, camera, 15) == []
    assert refused == ["GET_PARAMETER"]
    assert client.state is State.PLAYING


def answering(status: int, method: str, *headers: tuple[str, str]) -> Camera:
    camera = Camera()

    def change(request: RtspMessage, answer: RtspMessage) -> None:
        if request.method == method:
            answer.status, answer.phrase, answer.body = status, "Changed", b""
            answer.headers[1:] = headers

    camera.change = change
    return camera


def test_redirects_are_followed_three_times() -> None:
    camera = answering(302, "DESCRIBE", ("Location", "rtsp://10.0.0.9/live"))
    assert describe(RtspClient(URL), camera) == [Redirected("rtsp://10.0.0.9/live", 1)]
    assert describe(RtspClient(URL, redirects=3), camera) == [
        Failed(Failure.REDIRECTS, 302, "rtsp://10.0.0.9/live")
    ]
    camera = answering(302, "DESCRIBE", ("Location", "http://10.0.0.9/"))
    assert describe(RtspClient(URL), camera) == [Failed(Failure.REDIRECTS, 302, "http://10.0.0.9/")]


@pytest.mark.parametrize(
    ("status", "method", "failure"),
    [
        (404, "DESCRIBE", Failure.NOT_FOUND),
        (503, "DESCRIBE", Failure.REFUSED),
        (200, "DESCRIBE", Failure.NO_TRACKS),
        (461, "SETUP", Failure.TRANSPORT),
        (455, "PLAY", Failure.REFUSED),
    ],
)
def test_refusals(status: int, method: str, failure: Failure) -> None:
    client, camera = RtspClient(URL), answering(status, method)
    events = describe(client, camera)
    if not any(isinstance(event, Failed) for event in events):
        client.setup(list(client.tracks[:1]), 0)
        events = run(client, camera)
    (event,) = events
    assert isinstance(event, Failed)
    assert (event.failure, event.status) == (failure, status)


def test_a_camera_that_answers_udp_with_tcp() -> None:
    client = RtspClient(URL)
    camera = answering(200, "SETUP", ("Transport", "RTP/AVP/TCP;interleaved=0-1"), ("Session", "1"))
    (event,) = play(client, camera, ports=[40_000, 40_002])
    assert isinstance(event, Failed)
    assert event.failure is Failure.TRANSPORT


def test_the_camera_may_ask_and_end() -> None:
    client = RtspClient(URL)
    play(client, Camera())
    assert client.text(b"OPTIONS * RTSP/1.0\r\nCSeq: 4\r\n\r\n", 1) == []
    assert client.take() == b"RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n"
    assert client.text(b"NONSENSE * RTSP/1.0\r\nCSeq: 5\r\n\r\n", 1) == []
    assert client.take().startswith(b"RTSP/1.0 501")
    assert client.text(b"TEARDOWN * RTSP/1.0\r\nCSeq: 6\r\n\r\n", 1) == [Failed(Failure.ENDED, 0, "TEARDOWN")]


def test_packets_among_the_answers() -> None:
    client, camera = RtspClient(URL), Camera()
    describe(client, camera)
    client.setup(list(client.tracks[:1]), 0)
    answer = camera.talk(client.take())
    assert client.feed(answer, 0) == []
    answer = camera.talk(client.take())
    early, late = b"$\x01\x00\x02ab", b"$\x00\x00\x05cut"
    packet, playing = client.feed(early + answer + late, 0)
    assert packet == Packet(1, b"ab")
    assert isinstance(playing, Playing)
    assert client.rest() == late


def test_what_is_no_rtsp() -> None:
    client = RtspClient(URL)
    client.start(0)
    assert client.feed(b"HTTP/1.1 400 Bad Request\r\n\r\n", 0) == [Failed(Failure.MALFORMED, 0, "start_line")]
    reader = MessageReader()
    reader.feed(b"RTSP/1.0 200 OK\r\n" + b"a: b\r\n" * 10_000)
    with pytest.raises(RtspError, match="too_long"):
        reader.feed(b"a: b\r\n" * 1000)
    with pytest.raises(RtspError, match="too_long"):
        MessageReader().feed(b"RTSP/1.0 200 OK\r\nContent-Length: 9999999\r\n\r\n")


def test_addresses() -> None:
    assert split_credentials("rtsp://admin:p@ss@1.2.3.4/x@y") == ("rtsp://1.2.3.4/x@y", "admin", "p@ss")
    assert split_credentials("rtsp://a%40b:%2F@[::1]:8554/") == ("rtsp://[::1]:8554/", "a@b", "/")
    assert address_of("rtsp://admin:p@ss@[::1]:8554/x") == ("::1", 8554)
    assert address_of("rtsps://camera") == ("camera", 322)
    for wrong in ("http://camera", "camera", "rtsp://", "rtsp://camera:99999/"):
        with pytest.raises(ValueError):  # noqa: PT011
            address_of(wrong)


@pytest.mark.parametrize(
    ("base", "control", "url"),
    [
        ("rtsp://c/a", "track1", "rtsp://c/a/track1"),
        ("rtsp://c/a/", "track1", "rtsp://c/a/track1"),
        ("rtsp://c/a", "*", "rtsp://c/a"),
        ("rtsp://c/a", "rtsp://d/b", "rtsp://d/b"),
        ("rtsp://c/a/b", "/x", "rtsp://c/x"),
        ("rtsp://c/a?channel=1&sub=0", "trackID=0", "rtsp://c/a?channel=1&sub=0/trackID=0"),
    ],
)
def test_control_urls(base: str, control: str, url: str) -> None:
    assert control_of(f"a=control:{control}\r\n".encode(), base) == url


def test_h265_and_aac() -> None:
    vps, sps, pps = (base64.b64encode(unit).decode() for unit in pictures(Codec.H265)[0][0][:3])
    body = (
        f"m=video 0 RTP/AVP 97\na=rtpmap:97 H265/90000\n"
        f"a=fmtp:97 sprop-vps={vps};sprop-sps={sps};sprop-pps={pps}\n"
        "m=audio 0 RTP/AVP 98\na=rtpmap:98 mpeg4-generic/16000/2\n"
        "a=fmtp:98 streamtype=5;mode=AAC-hbr;config=1410;sizelength=13\n"
        "m=audio 0 RTP/AVP 99\na=rtpmap:99 opus/48000\n"
    ).encode()
    video, audio, opus = read_description(body, "rtsp://c/")
    sets = video.parameter_sets()
    assert sets is not None
    assert sets.complete
    assert (audio.codec, audio.clock, audio.channels, audio.config) == ("aac", 16_000, 2, b"\x14\x10")
    assert (opus.codec, opus.parameter_sets()) == ("", None)


def test_setup_needs_tracks() -> None:
    client = RtspClient(URL)
    with pytest.raises(ValueError, match="0 tracks while new"):
        client.setup([], 0)
    describe(client, Camera())
    with pytest.raises(ValueError, match="1 ports for 2 tracks"):
        client.setup(list(client.tracks[:2]), 0, ports=[1])
