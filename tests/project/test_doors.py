"""HTTPS: a certificate of our own for one name, one that is given, and a server that speaks it."""

import ipaddress
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from jifang.project import doors
from jifang.project.config import Config, Web, load
from jifang.project.errors import UserError

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def installed(tmp_path: Path, **web: object) -> Config:
    return replace(load({"JIFANG_VAR": str(tmp_path)}), web=Web(**{"host": "jifang.example.cn", **web}))  # type: ignore[arg-type]


def made(config: Config, at: datetime = AT) -> doors.Certificate:
    certificate = doors.certificate(config, at)
    assert certificate
    return certificate


def holds_for(config: Config, host: str, at: datetime = AT) -> bool:
    """Whether a browser that trusts our CA accepts the certificate for `host`."""
    chain = x509.load_pem_x509_certificates(made(config, at).chain.read_bytes())
    trusted = Store([x509.load_pem_x509_certificate(doors.ca_file(config).read_bytes())])
    subject: x509.DNSName | x509.IPAddress = x509.DNSName(host)
    if host[0].isdigit():
        subject = x509.IPAddress(ipaddress.ip_address(host))
    try:
        PolicyBuilder().store(trusted).time(at.replace(tzinfo=None)).build_server_verifier(subject).verify(
            chain[0], chain[1:]
        )
    except VerificationError:
        return False
    return True


def test_plain_http_needs_none(tmp_path: Path) -> None:
    assert doors.certificate(load({"JIFANG_VAR": str(tmp_path)})) is None
    assert doors.certificate(installed(tmp_path, behind_proxy=True)) is None


@pytest.mark.parametrize("host", ["jifang.example.cn", "192.0.2.7"])
def test_our_own_holds_for_the_configured_name_only(tmp_path: Path, host: str) -> None:
    config = installed(tmp_path, host=host)
    assert holds_for(config, host)
    assert not holds_for(config, "other.example.cn")


def test_keys_are_private_and_the_ca_is_public(tmp_path: Path) -> None:
    certificate = made(installed(tmp_path))
    assert certificate.key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys" / "ca.pem").stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in doors.ca_file(installed(tmp_path)).read_bytes() + certificate.chain.read_bytes()


def test_a_server_can_load_it(tmp_path: Path) -> None:
    certificate = made(installed(tmp_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)


def test_it_is_kept_until_a_month_before_its_end_and_then_renewed_by_the_same_ca(tmp_path: Path) -> None:
    config = installed(tmp_path)
    first, ca = made(config).chain.read_bytes(), doors.ca_file(config).read_bytes()
    assert made(config, AT + doors.LEAF - timedelta(days=31)).chain.read_bytes() == first
    later = AT + doors.LEAF - timedelta(days=29)
    assert made(config, later).chain.read_bytes() != first
    assert doors.ca_file(config).read_bytes() == ca
    assert holds_for(config, "jifang.example.cn", later)


def test_another_name_gets_another_ca(tmp_path: Path) -> None:
    made(installed(tmp_path))
    ca = doors.ca_file(installed(tmp_path)).read_bytes()
    renamed = installed(tmp_path, host="new.example.cn")
    assert holds_for(renamed, "new.example.cn")
    assert doors.ca_file(renamed).read_bytes() != ca


def given(tmp_path: Path, config: Config, at: datetime = AT) -> Config:
    """A configuration whose certificate is given by file."""
    source = made(config, at)
    return replace(config, web=replace(config.web, certificate=source.chain, key=source.key))


def test_a_given_certificate_is_used_as_it_is(tmp_path: Path) -> None:
    config = given(tmp_path, installed(tmp_path))
    assert made(config) == doors.Certificate(config.web.certificate, config.web.key)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("missing", "is missing or cannot be read"),
        ("text", "is not an unencrypted PEM file"),
        ("other key", "is not the key of"),
        ("old", "expired on 2027-04-03; renew it"),
    ],
)
def test_a_bad_given_certificate_is_named(tmp_path: Path, damage: str, words: str) -> None:
    config = given(tmp_path, installed(tmp_path))
    assert config.web.key
    at = AT
    if damage == "missing":
        config.web.key.unlink()
    elif damage == "text":
        config.web.key.write_text("no", encoding="ascii")
    elif damage == "other key":
        config.web.key.write_bytes(doors._private_pem(ec.generate_private_key(ec.SECP256R1())))
    else:
        at = AT + timedelta(days=400)
    with pytest.raises(UserError, match=words):
        doors.certificate(config, at)
