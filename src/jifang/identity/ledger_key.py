"""The key that signs the ledger's checkpoints. Its name, the log's origin, is derived from it and stays with
it."""

from functools import cache
from hashlib import sha256

from django.conf import settings

from jifang.ledger.note import Signer


@cache
def signer() -> Signer:
    """The signer of this installation, from the key file."""
    unnamed = Signer.from_seed(settings.LEDGER_SEED, "jifang")
    return Signer.from_seed(
        settings.LEDGER_SEED, f"jifang-ledger/{sha256(unnamed.verifier.public).hexdigest()[:16]}"
    )


def verifier_key() -> str:
    """The public key as one line."""
    return str(signer().verifier)
