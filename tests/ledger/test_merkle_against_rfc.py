"""The tree against RFC 9162 itself: its recursive definitions, and the reference values of its authors.

Roots and proofs of the eight reference leaves are those published with the C++ and the Go implementation of
Certificate Transparency.
"""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.ledger.errors import ProofError
from jifang.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    consistency_plan,
    inclusion_plan,
    leaf_hash,
    node_hash,
    plan_nodes,
    prove,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)

REFERENCE_LEAVES = [
    bytes.fromhex(x)
    for x in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
REFERENCE_INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
REFERENCE_CONSISTENCY = {
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (2, 8): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
}

entries = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


def split(n: int) -> int:
    """RFC 9162 2.1.1: the largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, the definition of the tree hash, word for word."""
    if not d:
        return sha256(b"").digest()
    if len(d) == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = split(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    """RFC 9162 2.1.3.1, the definition of the inclusion proof."""
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    """RFC 9162 2.1.4.1, the definition of the consistency proof."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = split(len(d))
    return [*subproof(m, d[:k], b), mth(d[k:])] if m <= k else [*subproof(m - k, d[k:], False), mth(d[:k])]


def tree_of(d: list[bytes]) -> Tree:
    return Tree(leaf_hash(x) for x in d)


@pytest.mark.parametrize("size", range(9))
def test_reference_roots(size: int) -> None:
    assert tree_of(REFERENCE_LEAVES[:size]).root().hex() == REFERENCE_ROOTS[size]
    assert tree_of(REFERENCE_LEAVES).root(size).hex() == REFERENCE_ROOTS[size]


def test_reference_proofs() -> None:
    tree = tree_of(REFERENCE_LEAVES)
    for (index, size), proof in REFERENCE_INCLUSION.items():
        assert [h.hex() for h in tree.inclusion(index, size)] == proof
    for (old, new), proof in REFERENCE_CONSISTENCY.items():
        assert [h.hex() for h in tree.consistency(old, new)] == proof


@given(entries)
@settings(max_examples=60, deadline=None)
def test_every_proof_is_the_one_the_rfc_defines_and_verifies(d: list[bytes]) -> None:
    tree, size, root = tree_of(d), len(d), mth(d)
    assert tree.root() == root
    for index in range(size):
        proof = tree.inclusion(index)
        assert proof == path(index, d)
        verify_inclusion(leaf_hash(d[index]), index, size, proof, root)
    for old in range(1, size + 1):
        proof = tree.consistency(old)
        assert proof == subproof(old, d, True)
        verify_consistency(old, mth(d[:old]), size, root, proof)


@given(entries, st.data())
@settings(max_examples=150, deadline=None)
def test_no_other_inclusion_is_believed(d: list[bytes], data: st.DataObject) -> None:
    d = [bytes([i]) + x for i, x in enumerate(d)]
    tree, size, root = tree_of(d), len(d), mth(d)
    index = data.draw(st.integers(0, size - 1))
    leaf, proof = leaf_hash(d[index]), tree.inclusion(index)
    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(d[index] + b"!"), index, size, proof, root)
    with pytest.raises(ProofError):
        verify_inclusion(leaf, index, size, [*proof, root], root)
    for other in (index - 1, index + 1, size):
        with pytest.raises(ProofError):
            verify_inclusion(leaf, other, size, proof, root)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        altered = [*proof[:at], bytes(b ^ 1 for b in proof[at]), *proof[at + 1 :]]
        for wrong in (altered, proof[:-1], proof[1:], [*proof[:at], proof[at][:-1], *proof[at + 1 :]]):
            with pytest.raises(ProofError):
                verify_inclusion(leaf, index, size, wrong, root)


@given(entries, st.data())
@settings(max_examples=150, deadline=None)
def test_no_other_history_is_believed(d: list[bytes], data: st.DataObject) -> None:
    size, root = len(d), mth(d)
    old = data.draw(st.integers(1, size))
    old_root, proof = mth(d[:old]), tree_of(d).consistency(old)
    rewritten = mth([*d[: old - 1], d[old - 1] + b"!"])
    wrong = [
        (rewritten, root, proof),
        (old_root, mth([*d, b"more"]), proof),
        (old_root, root, [*proof, root]),
    ]
    wrong += [(old_root, root, proof[:-1]), (old_root, root, proof[1:])] if proof else []
    for at in range(len(proof)):
        altered = [*proof[:at], bytes(b ^ 1 for b in proof[at]), *proof[at + 1 :]]
        wrong.append((old_root, root, altered))
    for first, second, hashes in wrong:
        with pytest.raises(ProofError):
            verify_consistency(old, first, size, second, hashes)


def test_an_entry_cannot_pass_for_an_inner_node() -> None:
    """Second preimage: an entry made of two hashes is not the node above them (hence 0x00 and 0x01)."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_the_empty_tree_begins_every_tree_and_nothing_else_has_its_size() -> None:
    root = mth([b"a", b"b"])
    verify_consistency(0, EMPTY_ROOT, 2, root, [])
    with pytest.raises(ProofError):
        verify_consistency(0, root, 2, root, [])
    with pytest.raises(ProofError):
        verify_consistency(2, root, 2, mth([b"a", b"c"]), [])
    with pytest.raises(ProofError):
        verify_consistency(3, root, 2, root, [])


@given(entries, st.integers(0, 70))
@settings(max_examples=60, deadline=None)
def test_a_frontier_taken_up_again_goes_on_where_it_stopped(d: list[bytes], stop: int) -> None:
    whole = Frontier()
    for x in d:
        whole.append(leaf_hash(x))
    first = Frontier()
    for x in d[:stop]:
        first.append(leaf_hash(x))
    resumed = Frontier(first.size, first.hashes)
    for x in d[stop:]:
        resumed.append_with_nodes(leaf_hash(x))
    assert (resumed.size, resumed.root()) == (whole.size, whole.root()) == (len(d), mth(d))


@given(entries)
@settings(max_examples=40, deadline=None)
def test_appending_hands_out_each_complete_subtree_once_with_its_hash(d: list[bytes]) -> None:
    frontier, found = Frontier(), []
    for x in d:
        found += frontier.append_with_nodes(leaf_hash(x))
    expected = {
        (level, index): mth(d[index << level : index + 1 << level])
        for level in range(len(d).bit_length())
        for index in range(len(d) >> level)
    }
    assert len(found) == len(expected)
    assert {(level, index): value for level, index, value in found} == expected


def test_a_plan_names_all_that_its_proof_needs_and_only_complete_subtrees() -> None:
    d = [bytes([i]) for i in range(37)]
    tree = tree_of(d)
    for size in range(1, 38):
        for index in range(size):
            nodes = {node: tree.nodes[node] for node in plan_nodes(inclusion_plan(index, size))}
            proof = prove(inclusion_plan(index, size), nodes)
            assert root_from_inclusion(leaf_hash(d[index]), index, size, proof) == mth(d[:size])
            assert all((index_ + 1) << level <= size for level, index_ in nodes)


def test_requests_that_cannot_be_met_are_refused_in_words() -> None:
    for bad in (lambda: inclusion_plan(3, 3), lambda: inclusion_plan(-1, 3), lambda: consistency_plan(4, 3)):
        with pytest.raises(ProofError):
            bad()
    with pytest.raises(ProofError, match=r"no node \(0, 1\)"):
        prove(inclusion_plan(0, 2), {})
    with pytest.raises(ProofError, match="has 2 hashes, not 1"):
        Frontier(3, [bytes(32)])
    with pytest.raises(ProofError, match="32 bytes"):
        Frontier(1, [bytes(31)])
    with pytest.raises(ProofError, match="has 1 entries, not 2"):
        tree_of([b"a"]).root(2)
