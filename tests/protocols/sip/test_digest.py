"""Digest against captured and published vectors, and nonces that cannot be replayed."""

import itertools
from datetime import UTC, datetime

import pytest

from jifang.protocols.digest import (
    authorization,
    matches,
    parse_challenge,
    parse_credentials,
    response_of,
)
from jifang.protocols.sip import Decision, NonceStore, Use, Verdict, decide
from tests.protocols.sip.messages import register

CLOCK = datetime(2026, 11, 22, 0, 0, 0, 250_000, tzinfo=UTC)
REALM, PASSWORD, DEVICE = "3402000000", "12345678", "34020000001320000088"
SERVER = "sip:34020000002000000001@3402000000"

VECTORS = [
    # A Hikvision device, register and unregister, and the official tool: no qop, all with this password.
    (DEVICE, REALM, SERVER, "9485904448344456af5449b51759016e", "b1cfb3f036fbcf7d13b8ee3bbff89906"),
    (DEVICE, REALM, SERVER, "6ebe0922efda4939ba77fb41ef50e005", "fed25d2e352370cc22bab577ac6e0d93"),
    ("xlite22", "192.168.3.215", "sip:192.168.3.215", "24f4d7b39ef64c0db42739ba903248e0ad",
     "14f7a3a12b29ae5f610356f9393566fb"),
]  # fmt: skip


@pytest.mark.parametrize(("username", "realm", "uri", "nonce", "response"), VECTORS)
def test_captured_vectors(username: str, realm: str, uri: str, nonce: str, response: str) -> None:
    made = response_of(
        username=username, realm=realm, password=PASSWORD, method="REGISTER", uri=uri, nonce=nonce
    )
    assert made == response


def test_the_published_vectors_with_qop() -> None:
    # RFC 2617 §3.5 and RFC 7616 §3.9.1.
    rfc2617 = {
        "username": "Mufasa",
        "realm": "testrealm@host.com",
        "password": "Circle Of Life",
        "method": "GET",
        "uri": "/dir/index.html",
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "qop": "auth",
        "nc": "00000001",
        "cnonce": "0a4f113b",
    }
    assert response_of(**rfc2617) == "6629fae49393a05397450978507c4ef1"
    rfc7616 = rfc2617 | {
        "realm": "http-auth@example.org",
        "password": "Circle of Life",
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    }
    assert response_of(**rfc7616) == "8ca523f5e9506fed4657c9700eebdbec"
    assert (
        response_of(**rfc7616, algorithm="SHA-256")
        == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    )


@pytest.mark.parametrize(
    "header",
    [
        'Digest realm="r",nonce="n"',
        'Digest realm="r", nonce="n", algorithm=MD5, qop="auth,auth-int", opaque="o\\"p"',
        'digest REALM="r",  nonce="n",algorithm=SHA-256,stale=TRUE',
    ],
)
def test_what_we_answer_to_a_challenge_matches(header: str) -> None:
    challenge = parse_challenge(header)
    made = authorization(
        challenge, username='a"b', password="p", method="REGISTER", uri="sip:x", count=1, cnonce="c"
    )
    credentials = parse_credentials(made)
    assert credentials is not None
    assert credentials.username == 'a"b'
    assert matches(credentials, "REGISTER", "p")
    assert not matches(credentials, "REGISTER", "q")
    assert not matches(credentials, "INVITE", "p")
    assert challenge.stale is ("stale" in header)


def test_unknown_algorithms() -> None:
    challenge = parse_challenge('Digest realm="r",nonce="n",algorithm=SM3')
    with pytest.raises(ValueError, match="SM3"):
        authorization(challenge, username="a", password="p", method="M", uri="u", count=1, cnonce="c")
    assert parse_credentials("Basic YTpi") is None
    assert parse_credentials('Digest username="a"') is None


def store() -> NonceStore:
    numbers = itertools.count(1)
    return NonceStore(random=lambda: f"nonce{next(numbers)}")


def test_nonces() -> None:
    nonces = NonceStore(lifetime=300, most=3)
    first = nonces.issue(0)
    assert nonces.use(first, 1, 10) is Use.FRESH
    assert nonces.use(first, 1, 11) is Use.REPLAYED
    assert nonces.use(first, 5, 11) is Use.FRESH
    assert nonces.use(first, 3, 11) is Use.REPLAYED
    assert nonces.use(first, 6, 301) is Use.STALE
    assert nonces.use(first, 7, 301) is Use.UNKNOWN
    once = nonces.issue(301)
    assert nonces.use(once, None, 302) is Use.FRESH
    assert nonces.use(once, None, 303) is Use.STALE
    assert nonces.use(once, 1, 303) is Use.REPLAYED
    for _ in range(9):
        nonces.issue(304)
    assert len(nonces) == 3
    assert nonces.use(once, None, 305) is Use.UNKNOWN


def ask(nonces: NonceStore, now: float = 0, *, password: str | None = PASSWORD, **changes: str) -> Decision:
    return decide(
        register(**changes),
        realm=REALM,
        secret=lambda device, user: password if device == DEVICE else None,
        nonces=nonces,
        now=now,
        clock=CLOCK,
        tag="s1",
        version="3.0",
    )


def credentials(nonce: str, *, count: int = 1, qop: bool = True, password: str = PASSWORD) -> str:
    header = f'Digest realm="{REALM}", nonce="{nonce}"' + (', qop="auth"' if qop else "")
    return authorization(
        parse_challenge(header),
        username=DEVICE, password=password, method="REGISTER", uri=SERVER, count=count, cnonce="c",
    )  # fmt: skip


def test_registration() -> None:
    nonces = store()
    first = ask(nonces)
    assert (first.verdict, first.answer.status) == (Verdict.CHALLENGED, 401)
    assert parse_challenge(first.answer.get("WWW-Authenticate") or "").nonce == "nonce1"
    second = ask(nonces, 1, Authorization=credentials("nonce1"))
    assert (second.verdict, second.answer.status, second.expires) == (Verdict.REGISTERED, 200, 3600)
    assert (second.device_id, second.version, str(second.contact)) == (
        DEVICE, "3.0", f"sip:{DEVICE}@192.168.3.88:5060",
    )  # fmt: skip
    # Local time of China, with milliseconds: devices set their clocks by it.
    assert second.answer.get("Date") == "2026-11-22T08:00:00.250"
    assert second.answer.get("X-GB-Ver") == "3.0"


def test_every_register_is_authenticated() -> None:
    nonces = store()
    ask(nonces)
    assert ask(nonces, 1, Authorization=credentials("nonce1")).accepted
    # A refresh, and a good-bye, with the same Call-ID and without credentials.
    assert ask(nonces, 2, CSeq="3 REGISTER").verdict is Verdict.CHALLENGED
    assert ask(nonces, 3, CSeq="4 REGISTER", Expires="0").verdict is Verdict.CHALLENGED
    gone = ask(nonces, 4, Expires="0", Authorization=credentials("nonce2"))
    assert (gone.verdict, gone.answer.status, gone.expires) == (Verdict.UNREGISTERED, 200, 0)


@pytest.mark.parametrize("qop", [True, False])
def test_a_recorded_register_is_refused(qop: bool) -> None:
    nonces = store()
    ask(nonces)
    recorded = credentials("nonce1", qop=qop)
    assert ask(nonces, 1, Authorization=recorded).accepted
    again = ask(nonces, 2, Authorization=recorded, Contact="<sip:thief@203.0.113.66>")
    assert again.verdict is (Verdict.REPLAYED if qop else Verdict.STALE)
    assert "stale=true" in (again.answer.get("WWW-Authenticate") or "")


def test_a_wrong_password_does_not_use_up_the_nonce() -> None:
    nonces = store()
    ask(nonces)
    wrong = ask(nonces, 1, Authorization=credentials("nonce1", password="guess"))
    assert (wrong.verdict, wrong.answer.status) == (Verdict.WRONG_PASSWORD, 403)
    assert ask(nonces, 2, Authorization=credentials("nonce1")).accepted


@pytest.mark.parametrize(
    ("changes", "verdict", "status"),
    [
        ({"To": "<sip:1@2>;tag=9"}, Verdict.TO_TAG, 481),
        ({"To": "nobody"}, Verdict.MALFORMED, 400),
        ({"CSeq": "x REGISTER"}, Verdict.MALFORMED, 400),
        ({"Authorization": "Basic YTpi"}, Verdict.CHALLENGED, 401),
        ({"Authorization": credentials("nonce9")}, Verdict.STALE, 401),
        ({"Authorization": credentials("nonce1"), "To": "<sip:7@3402000000>"}, Verdict.UNKNOWN_DEVICE, 403),
        ({"Authorization": credentials("nonce1"), "Expires": "5"}, Verdict.TOO_BRIEF, 423),
        ({"Authorization": credentials("nonce1"), "Contact": "*"}, Verdict.WILDCARD_CONTACT, 400),
        ({"Authorization": credentials("nonce1"), "Contact": "nonsense"}, Verdict.NO_CONTACT, 400),
        (
            {"Authorization": credentials("nonce1").replace(f'realm="{REALM}"', 'realm="other"')},
            Verdict.WRONG_REALM,
            401,
        ),
    ],
)
def test_refused_registrations(changes: dict[str, str], verdict: Verdict, status: int) -> None:
    nonces = store()
    ask(nonces)
    decision = ask(nonces, 1, **changes)
    assert (decision.verdict, decision.answer.status, decision.accepted) == (verdict, status, False)
