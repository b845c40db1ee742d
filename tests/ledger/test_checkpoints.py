"""Checkpoints: what the log signs, and how it is read back."""

import base64
from datetime import UTC, datetime

import pytest

from jifang.ledger import checkpoint
from jifang.ledger.errors import NoteError
from jifang.ledger.merkle import Frontier, leaf_hash
from jifang.ledger.note import Signer

LOG = Signer.from_seed(bytes(range(32)), "jifang.example/ledger")
AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ROOT = base64.b64encode(leaf_hash(b"entry")).decode()


def frontier() -> Frontier:
    tree = Frontier()
    tree.append(leaf_hash(b"entry"))
    return tree


def test_the_text_is_that_of_the_c2sp_checkpoint_with_a_time_line() -> None:
    signed = checkpoint.sign(LOG, frontier(), at=AT)
    assert signed.startswith(
        f"jifang.example/ledger\n1\n{ROOT}\ntime 2026-03-01T08:00:00Z\n\n— jifang.example/ledger "
    )
    read = checkpoint.verify(signed, LOG.verifier)
    assert (read.origin, read.size, read.root, read.time) == (LOG.name, 1, leaf_hash(b"entry"), AT)


def test_checkpoints_of_other_implementations_without_a_time_are_read() -> None:
    read = checkpoint.parse(f"example.com/log\n20852163\n{ROOT}\nsome extension\n")
    assert (read.size, read.time) == (20852163, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n1\n",
        f"\n1\n{ROOT}\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n１\n{ROOT}\n",
        f"origin\n{10**17}\n{ROOT}\n",
        "origin\n1\nAAAA\n",
        "origin\n1\n***\n",
        f"origin\n1\n{ROOT}\ntime yesterday\n",
        f"origin\n1\n{ROOT}\ntime 2026-03-01T08:00:00\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.parse(text)


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    witness = Signer.generate("bureau.example")
    text = checkpoint.Checkpoint(LOG.name, 1, leaf_hash(b"entry"), AT).text()
    with pytest.raises(NoteError, match="did not"):
        checkpoint.verify(witness.sign(text), LOG.verifier, [witness.verifier])
    both = witness.cosign(LOG.sign(text))
    assert checkpoint.verify(both, LOG.verifier, [witness.verifier]).size == 1


def test_a_key_does_not_vouch_for_another_log() -> None:
    text = checkpoint.Checkpoint("other.example/ledger", 1, leaf_hash(b"entry"), AT).text()
    with pytest.raises(NoteError, match=r"other\.example"):
        checkpoint.verify(LOG.sign(text), LOG.verifier)
