"""The web's door: the certificate under which it speaks HTTPS."""

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from jifang.project import keys
from jifang.project.config import Config, is_address
from jifang.project.errors import UserError

CA_YEARS = 10
# Browsers refuse leaf certificates that last longer than 398 days.
LEAF = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Certificate:
    """PEM files of a chain and its PKCS#8 key."""

    chain: Path
    key: Path


def ca_file(config: Config) -> Path:
    """The local CA's certificate, to be installed in browsers; public."""
    return config.var / "tls" / "ca.crt"


def _write(file: Path, pem: bytes) -> None:
    temporary = file.with_suffix(".new")
    temporary.write_bytes(pem)
    temporary.replace(file)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _authority(config: Config, at: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The local CA, made once."""
    key_file, file = config.keys / "ca.pem", ca_file(config)
    if key_file.exists() and file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise UserError(f"{key_file} is not the key that jifang made; put back your copy of it.")
        return x509.load_pem_x509_certificate(file.read_bytes()), key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"jifang local CA of {config.web.host}"[:64])])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * CA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            # A stolen CA key must not be good for any other name.
            x509.NameConstraints(
                permitted_subtrees=_names(config.web.host, constraint=True), excluded_subtrees=None
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    keys.directory(config.keys)
    keys.write_private(key_file, _private_pem(key))
    _write(file, certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def _names(host: str, *, constraint: bool = False) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    if is_address(host):
        address = ipaddress.ip_address(host)
        names.append(x509.IPAddress(ipaddress.ip_network(host) if constraint else address))
    else:
        names.append(x509.DNSName(host))
    return names


def _covers(certificate: x509.Certificate, host: str) -> bool:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return all(name in list(names) for name in _names(host))


def _make(config: Config, made: Certificate, at: datetime) -> None:
    authority, authority_key = _authority(config, at)
    if not _constrained_to(authority, config.web.host):
        # The host was renamed: the old CA may not sign for the new name.
        (config.keys / "ca.pem").unlink()
        authority, authority_key = _authority(config, at)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, config.web.host[:64])])
    leaf = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + LEAF)
        .add_extension(x509.SubjectAlternativeName(_names(config.web.host)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    keys.write_private(made.key, _private_pem(key))
    _write(
        made.chain,
        leaf.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(serialization.Encoding.PEM),
    )


def _constrained_to(authority: x509.Certificate, host: str) -> bool:
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return all(name in (constraints.permitted_subtrees or []) for name in _names(host, constraint=True))


def _check_given(config: Config, given: Certificate, at: datetime) -> None:
    for file in (given.chain, given.key):
        if not os.access(file, os.R_OK):
            raise UserError(f"{file} (`certificate` and `key` under [web]) is missing or cannot be read.")
    try:
        leaf = x509.load_pem_x509_certificate(given.chain.read_bytes())
        key = serialization.load_pem_private_key(given.key.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise UserError(f"{given.chain} or {given.key} is not an unencrypted PEM file: {error}") from error
    if key.public_key() != leaf.public_key():
        raise UserError(f"{given.key} is not the key of {given.chain}.")
    if leaf.not_valid_after_utc < at:
        raise UserError(
            f"the certificate {given.chain} expired on {leaf.not_valid_after_utc:%Y-%m-%d}; renew it."
        )


def certificate(config: Config, at: datetime | None = None) -> Certificate | None:
    """The certificate to serve with, made or renewed as needed; None without TLS. UserError for a bad one."""
    if not config.web.tls:
        return None
    at = at or datetime.now(UTC)
    if config.web.certificate and config.web.key:
        given = Certificate(config.web.certificate, config.web.key)
        _check_given(config, given, at)
        return given
    ca_file(config).parent.mkdir(parents=True, exist_ok=True)
    made = Certificate(ca_file(config).parent / "server.crt", keys.directory(config.keys) / "server.pem")
    if made.chain.exists() and made.key.exists():
        leaf = x509.load_pem_x509_certificate(made.chain.read_bytes())
        if _covers(leaf, config.web.host) and leaf.not_valid_after_utc > at + RENEW_BEFORE:
            return made
    _make(config, made, at)
    return made


def expiry(config: Config) -> datetime | None:
    """When the certificate in use ends; None without TLS or before the first start."""
    chain = config.web.certificate or ca_file(config).parent / "server.crt"
    if not config.web.tls or not chain.exists():
        return None
    return x509.load_pem_x509_certificate(chain.read_bytes()).not_valid_after_utc
