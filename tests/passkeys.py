"""An authenticator in software: makes and uses passkeys as a browser with a platform authenticator would."""

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN = "http://localhost"
RP_ID = "localhost"
PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.USER_PRESENT | AuthenticatorData.FLAG.USER_VERIFIED


@dataclass
class SoftKey:
    """One credential; ``handle`` is the user it was made for."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    identity: bytes = field(default_factory=lambda: os.urandom(16))
    handle: str = ""
    counter: int = 0

    def create(self, options: dict[str, Any], *, resident: bool = True) -> dict[str, Any]:
        """Answer ``navigator.credentials.create``."""
        public = options["publicKey"]
        self.handle = public["user"]["id"]
        data = AttestedCredentialData.create(
            b"\0" * 16, self.identity, ES256.from_cryptography_key(self.private.public_key())
        )
        flags = PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.ATTESTED
        authenticator = AuthenticatorData.create(sha256(RP_ID.encode()).digest(), flags, 0, data)
        return {
            **self._named(),
            "clientExtensionResults": {"credProps": {"rk": resident}},
            "response": {
                "clientDataJSON": websafe_encode(self._client_data("webauthn.create", public["challenge"])),
                "attestationObject": websafe_encode(AttestationObject.create("none", authenticator, {})),
            },
        }

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer ``navigator.credentials.get``."""
        self.counter += 1
        client_data = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        authenticator = AuthenticatorData.create(
            sha256(RP_ID.encode()).digest(), PRESENT_AND_VERIFIED, self.counter
        )
        signature = self.private.sign(
            bytes(authenticator) + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256())
        )
        return {
            **self._named(),
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(authenticator),
                "signature": websafe_encode(signature),
                "userHandle": self.handle,
            },
        }

    def _named(self) -> dict[str, Any]:
        identity = websafe_encode(self.identity)
        return {
            "id": identity,
            "rawId": identity,
            "type": "public-key",
            "authenticatorAttachment": "platform",
        }

    @staticmethod
    def _client_data(kind: str, challenge: Any) -> bytes:
        text = challenge if isinstance(challenge, str) else websafe_encode(challenge)
        assert websafe_decode(text)
        return json.dumps({"type": kind, "challenge": text, "origin": ORIGIN, "crossOrigin": False}).encode()
