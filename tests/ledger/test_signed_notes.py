"""Signed notes against the vectors of the format's first implementation (Go, package sumdb/note)."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.ledger.errors import NoteError
from jifang.ledger.note import Signer, VerifierKey, split, verify

PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
PETER_LINE = f"— PeterNeumann {PETER_SIGNATURE}\n"
ENOCH_SIGNATURE = (
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ="
)
ENOCH_LINE = f"— EnochRoot {ENOCH_SIGNATURE}\n"
PETER, ENOCH = VerifierKey.parse(PETER_KEY), VerifierKey.parse(ENOCH_KEY)


def test_signing_gives_the_published_note_byte_for_byte() -> None:
    signer = Signer.from_seed(PETER_SEED, "PeterNeumann")
    assert str(signer.verifier) == PETER_KEY
    assert signer.sign(TEXT) == f"{TEXT}\n{PETER_LINE}"


def test_known_signatures_are_checked_and_unknown_ones_passed_over() -> None:
    note = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}"
    assert verify(note, [PETER]) == (TEXT, (PETER,))
    assert verify(note, [PETER, ENOCH]) == (TEXT, (PETER, ENOCH))
    with pytest.raises(NoteError, match="the key is another one"):
        verify(f"{TEXT}\n{PETER_LINE}", [ENOCH])
    with pytest.raises(NoteError):
        verify(note, [])


def test_a_bad_signature_of_a_known_key_spoils_the_note() -> None:
    bad = ENOCH_LINE.replace("5n2tiO", "5n2tiP")
    with pytest.raises(NoteError, match="EnochRoot"):
        verify(f"{TEXT}\n{PETER_LINE}{bad}", [PETER, ENOCH])
    with pytest.raises(NoteError, match="altered"):
        verify(f"{TEXT.replace('answer', 'Answer')}\n{PETER_LINE}", [PETER])


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        TEXT + "\n",
        f"{TEXT}\n{PETER_LINE}"[:-1],
        f"\x01{TEXT}\n{PETER_LINE}",
        f"{TEXT}\n— Bad Name {PETER_SIGNATURE}\n",
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{TEXT}\n" + PETER_LINE * 101,
        f"{TEXT}\n— PeterNeumann x08g\n",
        f"{TEXT}\n- PeterNeumann {PETER_SIGNATURE}\n",
        f"{TEXT}\n{PETER_LINE}".replace("JnAM=", "JnAN="),
        "",
    ],
)
def test_malformed_notes_are_refused(note: str) -> None:
    with pytest.raises(NoteError):
        verify(note, [PETER])


@given(st.data())
@settings(max_examples=200)
def test_no_cut_or_altered_verifier_key_is_accepted(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PETER_KEY) - 1))
    char = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    for damaged in (PETER_KEY[:at], PETER_KEY[at + 1 :], PETER_KEY[:at] + char + PETER_KEY[at + 1 :]):
        if damaged.lower() == PETER_KEY.lower() and damaged.split("+")[2:] == PETER_KEY.split("+")[2:]:
            continue
        with pytest.raises(NoteError):
            VerifierKey.parse(damaged)


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "",
        "++",
        "a+b",
    ],
)
def test_keys_of_other_lengths_and_kinds_are_refused(key: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(key)


def test_a_note_of_a_megabyte_is_refused_unread() -> None:
    signer = Signer.from_seed(PETER_SEED, "PeterNeumann")
    assert verify(signer.sign("x" * 900_000 + "\n"), [PETER])
    with pytest.raises(NoteError, match="too long"):
        verify(signer.sign("x" * 1_000_000 + "\n"), [PETER])


def test_a_witness_adds_its_signature_without_touching_the_first() -> None:
    log, witness = Signer.generate("log.example"), Signer.generate("bureau.example")
    note = witness.cosign(log.sign("text\n"))
    assert verify(note, [log.verifier, witness.verifier])[1] == (log.verifier, witness.verifier)
    assert verify(note, [witness.verifier])[0] == "text\n"


def test_keys_survive_their_files() -> None:
    signer = Signer.generate("log.example")
    assert Signer.from_pem(signer.pem(), "log.example").verifier == signer.verifier
    assert VerifierKey.from_pem(signer.public_pem(), "log.example") == signer.verifier
    for read in (Signer.from_pem, VerifierKey.from_pem):
        with pytest.raises(NoteError):
            read(b"-----BEGIN NONSENSE-----", "log.example")
    with pytest.raises(NoteError):
        Signer.from_pem(signer.public_pem(), "log.example")
    other = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(NoteError, match="another kind"):
        Signer.from_pem(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "log.example")
    with pytest.raises(NoteError, match="another kind"):
        VerifierKey.from_pem(
            other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "log.example"
        )
    with pytest.raises(NoteError):
        Signer.from_seed(bytes(31), "log.example")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_names_that_the_format_cannot_carry_are_refused(name: str) -> None:
    with pytest.raises(NoteError):
        Signer.generate(name)


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_no_text_does_worse_than_a_clear_refusal(text: str) -> None:
    for note in (text, f"{TEXT}\n{text}", f"{text}\n{PETER_LINE}"):
        try:
            signed, signatures = split(note)
        except NoteError:
            continue
        assert signed.endswith("\n")
        assert signatures
