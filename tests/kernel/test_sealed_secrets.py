"""Secrets at rest: only the right key, the right place and the whole value open."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from jifang.kernel.sealing import KeyRing, SealError, UnknownKeyError, generate_key

KEY = bytes(range(32))
RING = KeyRing({"k1": KEY})
CONTEXT = "alarm_account:42:key"
FROZEN = "v1:k1:AAECAwQFBgcICQoLNGe1aaCR915J3GsU2DW2M2l9bsZbrg"


def test_the_format_is_frozen() -> None:
    """AES-256-GCM over nonce 00..0b, checked with the primitive itself: old databases must stay readable."""
    nonce = bytes(range(12))
    box = nonce + AESGCM(KEY).encrypt(nonce, b"secret", b"jifang v1\nk1\n" + CONTEXT.encode())
    sealed = "v1:k1:" + base64.urlsafe_b64encode(box).decode().rstrip("=")
    assert sealed == FROZEN
    assert RING.unseal(sealed, context=CONTEXT) == b"secret"


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_again_and_shows_nothing(secret: bytes, context: str) -> None:
    sealed = RING.seal(secret, context=context)
    assert RING.unseal(sealed, context=context) == secret
    assert sealed.isascii()
    if len(secret) > 8:
        assert secret not in base64.urlsafe_b64decode(sealed.split(":")[2] + "==")


def test_two_sealings_of_one_secret_look_different() -> None:
    assert RING.seal(b"x", context=CONTEXT) != RING.seal(b"x", context=CONTEXT)


def test_a_value_moved_to_another_place_does_not_open() -> None:
    sealed = RING.seal(b"x", context=CONTEXT)
    with pytest.raises(SealError, match="moved"):
        RING.unseal(sealed, context="alarm_account:43:key")


@given(st.integers(0, 200), st.integers(1, 255))
def test_no_altered_byte_goes_unnoticed(at: int, flip: int) -> None:
    box = bytearray(base64.urlsafe_b64decode(FROZEN.split(":")[2] + "=="))
    box[at % len(box)] ^= flip
    altered = "v1:k1:" + base64.urlsafe_b64encode(bytes(box)).decode().rstrip("=")
    with pytest.raises(SealError):
        RING.unseal(altered, context=CONTEXT)


def test_another_key_of_the_same_name_does_not_open_and_a_missing_key_is_named() -> None:
    sealed = RING.seal(b"x", context=CONTEXT)
    with pytest.raises(SealError, match="another one of the same name"):
        KeyRing({"k1": generate_key()}).unseal(sealed, context=CONTEXT)
    with pytest.raises(UnknownKeyError, match="'k1'"):
        KeyRing({"k2": KEY}).unseal(sealed, context=CONTEXT)


def test_keys_rotate() -> None:
    old = RING.seal(b"x", context=CONTEXT)
    ring = RING.rotated("k2", generate_key())
    assert ring.current == "k2"
    assert ring.unseal(old, context=CONTEXT) == b"x"
    assert ring.needs_resealing(old)
    new = ring.seal(ring.unseal(old, context=CONTEXT), context=CONTEXT)
    assert new.startswith("v1:k2:")
    assert not ring.needs_resealing(new)
    with pytest.raises(SealError, match="already in the ring"):
        ring.rotated("k1", generate_key())


def test_the_key_ring_survives_its_file() -> None:
    ring = KeyRing({"k2": generate_key(), "k1": KEY})
    read = KeyRing.parse(b"# keys of this installation\n\n" + ring.content())
    assert read.current == "k2"
    assert read.unseal(FROZEN, context=CONTEXT) == b"secret"
    assert KEY.hex() not in repr(ring)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"k1", "line 1"),
        (b"k1 a b", "line 1"),
        (b"\nk1 ***", "line 2"),
        (b"k1 AAAA", "has 3 bytes"),
        (b"k:1 " + base64.b64encode(KEY), "letters, digits"),
        (b"k1 " + base64.b64encode(KEY) + b"\nk1 " + base64.b64encode(KEY), "line 2"),
        (b"\xff", "ASCII"),
    ],
)
def test_a_bad_key_ring_is_refused_with_its_line_and_without_the_key(content: bytes, said: str) -> None:
    with pytest.raises(SealError, match=said) as caught:
        KeyRing.parse(content)
    assert base64.b64encode(KEY).decode() not in str(caught.value)


@given(st.text(max_size=60) | st.sampled_from(["v1:k1:", "v1:k1:AAAA", "v2:k1:AAAA", "v1:k1:A", FROZEN[:-9]]))
def test_what_is_no_sealed_value_is_refused_in_words(text: str) -> None:
    with pytest.raises(SealError):
        RING.unseal(text, context=CONTEXT)
