"""The Merkle tree of RFC 9162 section 2.1 over SHA-256.

A leaf is hashed as ``SHA-256(0x00 || entry)``, an inner node as ``SHA-256(0x01 || left || right)``. Appending
needs only the right edge (``Frontier``: one hash for each bit set in the size). Proofs need the hashes of
*complete subtrees*, named ``(level, index)``: the subtree at level ``l`` and index ``i`` covers the leaves
``i * 2^l`` to ``(i + 1) * 2^l - 1``; level 0 are the leaf hashes. ``Frontier.append`` hands out those that an
entry completes, so that a store keeps them and reads exactly the few that a proof asks for: ``*_plan`` names
them in one go, ``prove`` puts the proof together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias

from jifang.kernel.errors import gettext_noop
from jifang.ledger.errors import ProofError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node: TypeAlias = tuple[int, int]
"""Level and index of a complete subtree."""
Plan: TypeAlias = tuple[tuple[Node, ...], ...]
"""For each hash of a proof, the complete subtrees from left to right whose folding it is."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that appending and the root need.

    ``hashes`` are the roots of the complete subtrees that the tree consists of, largest first.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count():
            raise ProofError(
                gettext_noop("A frontier of %(size)s entries has %(count)s hashes, not %(given)s."),
                size=size,
                count=max(size, 0).bit_count(),
                given=len(self.hashes),
            )
        if any(len(h) != HASH_BYTES for h in self.hashes):
            raise ProofError(
                gettext_noop("A hash of the frontier does not have %(bytes)s bytes."), bytes=HASH_BYTES
            )

    def append(self, leaf: bytes) -> None:
        """Take the next leaf hash."""
        hashes = self.hashes
        rest = self.size
        while rest & 1:
            leaf = sha256(b"\x01" + hashes.pop() + leaf).digest()
            rest >>= 1
        hashes.append(leaf)
        self.size += 1

    def append_with_nodes(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Take the next leaf hash; return ``(level, index, hash)`` of every subtree it completes.

        The first is the leaf itself.
        """
        index = self.size
        found = [(0, index, leaf)]
        level = 0
        rest = index
        while rest & 1:
            leaf = sha256(b"\x01" + self.hashes.pop() + leaf).digest()
            rest >>= 1
            level += 1
            found.append((level, rest, leaf))
        self.hashes.append(leaf)
        self.size = index + 1
        return found

    def root(self) -> bytes:
        """Root of the tree so far; that of the empty tree is ``EMPTY_ROOT``."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT

    def copy(self) -> Frontier:
        return Frontier(self.size, self.hashes)


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over neighbouring complete subtrees given from left to right, largest first."""
    if not hashes:
        raise ProofError(gettext_noop("Nothing to fold."))
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def subtrees(begin: int, end: int) -> tuple[Node, ...]:
    """The complete subtrees that make up the leaves ``begin`` to ``end - 1``, from left to right.

    ``begin`` is a multiple of the largest power of two below ``end - begin``, as in every range of a proof.
    """
    found: list[Node] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
    return tuple(found)


def root_plan(size: int) -> Plan:
    """The one hash that is the root of the tree of the first ``size`` entries."""
    return (subtrees(0, size),) if size else ()


def inclusion_plan(index: int, size: int) -> Plan:
    """The nodes that prove entry ``index`` in the tree of ``size`` entries (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ProofError(
            gettext_noop("There is no entry %(index)s in a tree of %(size)s."), index=index, size=size
        )
    found: list[tuple[Node, ...]] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            found.append(subtrees(middle, end))
            end = middle
        else:
            found.append(subtrees(begin, middle))
            begin = middle
    return tuple(reversed(found))


def consistency_plan(old: int, new: int) -> Plan:
    """The nodes that prove that ``old`` entries begin the tree of ``new`` (RFC 9162 section 2.1.4.1).

    Empty for ``old`` equal to 0 or to ``new``: nothing is left to prove but the equality of roots.
    """
    if not 0 <= old <= new:
        raise ProofError(
            gettext_noop("A tree of %(old)s entries cannot grow into one of %(new)s."), old=old, new=new
        )
    if old in (0, new):
        return ()
    found: list[tuple[Node, ...]] = []
    begin, end = 0, new
    whole = True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            found.append(subtrees(middle, end))
            end = middle
        else:
            found.append(subtrees(begin, middle))
            begin = middle
            whole = False
    if not whole:
        found.append(subtrees(begin, end))
    return tuple(reversed(found))


def plan_nodes(*plans: Plan) -> set[Node]:
    """All nodes of some plans: what one query has to bring."""
    return {node for plan in plans for part in plan for node in part}


def prove(plan: Plan, nodes: Mapping[Node, bytes]) -> list[bytes]:
    """Put a proof together from the nodes of its plan. A missing node is a ``ProofError``."""
    try:
        return [fold([nodes[node] for node in part]) for part in plan]
    except KeyError as missing:
        raise ProofError(gettext_noop("The store has no node %(node)s."), node=missing.args[0]) from None


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash is entry ``index`` of the tree with that root (RFC 9162 section 2.1.3.2).

    Returns nothing; raises ``ProofError`` when it is not proved.
    """
    if root_from_inclusion(leaf, index, size, proof) != root:
        raise ProofError(
            gettext_noop(
                "Entry %(index)s is not in the tree of %(size)s entries: its proof leads to another root."
            ),
            index=index,
            size=size,
        )


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root to which an inclusion proof leads. Raises ``ProofError`` for a proof of the wrong length."""
    if not 0 <= index < size:
        raise ProofError(
            gettext_noop("There is no entry %(index)s in a tree of %(size)s."), index=index, size=size
        )
    _check_hashes(proof)
    inner = (index ^ (size - 1)).bit_length()
    if len(proof) != inner + (index >> inner).bit_count():
        raise ProofError(
            gettext_noop("The inclusion proof of entry %(index)s of %(size)s has a wrong number of hashes."),
            index=index,
            size=size,
        )
    result = leaf
    for level, sibling in enumerate(proof[:inner]):
        left_turn = index >> level & 1
        result = node_hash(sibling, result) if left_turn else node_hash(result, sibling)
    for sibling in proof[inner:]:
        result = node_hash(sibling, result)
    return result


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the older tree begins the newer one (RFC 9162 section 2.1.4.2).

    Returns nothing; raises ``ProofError`` when it is not proved.
    """
    if not 0 <= old <= new:
        raise ProofError(
            gettext_noop("A tree of %(old)s entries cannot grow into one of %(new)s."), old=old, new=new
        )
    _check_hashes(proof)
    if old in (0, new):
        expected = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != expected:
            raise ProofError(
                gettext_noop("The trees of %(old)s and %(new)s entries do not fit together."),
                old=old,
                new=new,
            )
        return
    shift = (old & -old).bit_length() - 1
    hashes = list(proof) if old != 1 << shift else [old_root, *proof]
    fn, sn = (old - 1) >> shift, (new - 1) >> shift
    if not hashes:
        raise ProofError(gettext_noop("The consistency proof is empty."))
    old_result = new_result = hashes[0]
    for sibling in hashes[1:]:
        if sn == 0:
            raise ProofError(gettext_noop("The consistency proof has too many hashes."))
        if fn & 1 or fn == sn:
            old_result = node_hash(sibling, old_result)
            new_result = node_hash(sibling, new_result)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            new_result = node_hash(new_result, sibling)
        fn >>= 1
        sn >>= 1
    if sn:
        raise ProofError(gettext_noop("The consistency proof has too few hashes."))
    if old_result != old_root or new_result != new_root:
        raise ProofError(
            gettext_noop(
                "The tree of %(new)s entries does not continue the tree of %(old)s: the log was rewritten."
            ),
            new=new,
            old=old,
        )


class Tree:
    """A whole tree in memory: all nodes, every proof. For tests, exports and logs of moderate size."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._frontier = Frontier()
        self.nodes: dict[Node, bytes] = {}
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        return self._frontier.size

    def append(self, leaf: bytes) -> None:
        """Take the next leaf hash."""
        for level, index, value in self._frontier.append_with_nodes(leaf):
            self.nodes[level, index] = value

    def root(self, size: int | None = None) -> bytes:
        """Root of the first ``size`` entries; of all without it."""
        if size is None or size == self.size:
            return self._frontier.root()
        self._check(size)
        return prove(root_plan(size), self.nodes)[0] if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Inclusion proof of an entry in the tree of the first ``size`` entries."""
        return prove(inclusion_plan(index, self._check(size)), self.nodes)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Consistency proof between two sizes of the tree."""
        return prove(consistency_plan(old, self._check(new)), self.nodes)

    def _check(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ProofError(
                gettext_noop("The tree has %(size)s entries, not %(asked)s."), size=self.size, asked=size
            )
        return size


def _split(count: int) -> int:
    """The largest power of two smaller than ``count`` (``count`` at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def _check_hashes(proof: Sequence[bytes]) -> None:
    if any(len(value) != HASH_BYTES for value in proof):
        raise ProofError(gettext_noop("A hash of the proof does not have %(bytes)s bytes."), bytes=HASH_BYTES)
