"""What the ledger costs: one entry, one proof, one bundle. Prints `name: value` lines.

    python bench/bench_ledger.py [--entries N]

Pure computation, one core, no database. Each figure is the best of five rounds: the others are disturbed by
whatever else runs.
"""

from __future__ import annotations

import argparse
import platform
import random
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

from jifang.ledger import bundle, checkpoint
from jifang.ledger.canonical import encode
from jifang.ledger.commitment import commit, new_salt
from jifang.ledger.merkle import Frontier, Tree, leaf_hash, verify_inclusion
from jifang.ledger.note import Signer
from jifang.ledger.verify import verify_bundle

ROUNDS = 5


def best(work: Callable[[], object], times: int) -> float:
    """Seconds for one call, the best round of five."""
    rounds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        for _ in range(times):
            work()
        rounds.append((perf_counter() - start) / times)
    return min(rounds)


def entry(number: int) -> dict[str, object]:
    return {
        "kind": "alarm_closed",
        "at": datetime(2026, 3, 1, 8, 0, 0, number % 1_000_000, tzinfo=UTC),
        "by": {"account": number % 97, "role": "operator"},
        "activation": number,
        "result": "false_alarm",
        "who": {"commitment": f"{number:064x}"},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What the ledger costs.")
    parser.add_argument("--entries", type=int, default=100_000, help="size of the log (default 100000)")
    size = parser.parse_args().entries
    signer = Signer.generate("bench.example/ledger")
    contents = [encode(entry(n)) for n in range(size)]
    leaves = [leaf_hash(content) for content in contents]
    tree = Tree(leaves)
    frontier = Frontier()
    pick = random.Random(1)

    def append_all() -> None:
        grown = Frontier()
        for leaf in leaves:
            grown.append(leaf)

    def append_all_with_nodes() -> None:
        grown = Frontier()
        for leaf in leaves:
            grown.append_with_nodes(leaf)

    def prove_one() -> None:
        tree.inclusion(pick.randrange(size))

    for leaf in leaves:
        frontier.append(leaf)
    proof, root = tree.inclusion(size // 3), tree.root()
    signed = checkpoint.sign(signer, frontier, at=datetime(2026, 3, 1, tzinfo=UTC))
    whole = bundle.Range(0, size)

    def export() -> bytes:
        return bundle.build(whole, entries=enumerate(contents), checkpoints=[signed], nodes=tree.nodes)

    exported = export()
    if not verify_bundle(exported, signer.verifier).ok:
        raise SystemExit("the bundle does not verify: no figure means anything")
    salt = new_salt()
    figures = {
        "ledger.canonical_entry_us": best(lambda: encode(entry(7)), 2_000) * 1e6,
        "ledger.commitment_us": best(lambda: commit("张三", salt), 5_000) * 1e6,
        "ledger.append_us": best(append_all, 1) / size * 1e6,
        "ledger.append_with_nodes_us": best(append_all_with_nodes, 1) / size * 1e6,
        "ledger.inclusion_proof_ms": best(prove_one, 1_000) * 1e3,
        "ledger.consistency_proof_ms": best(lambda: tree.consistency(pick.randrange(1, size)), 1_000) * 1e3,
        "ledger.verify_inclusion_ms": best(
            lambda: verify_inclusion(leaves[size // 3], size // 3, size, proof, root), 1_000
        )
        * 1e3,
        "ledger.checkpoint_ms": best(lambda: checkpoint.sign(signer, frontier, at=datetime.now(UTC)), 200)
        * 1e3,
        "ledger.bundle_bytes_per_entry": len(exported) / size,
        "ledger.build_bundle_us_per_entry": best(export, 1) / size * 1e6,
        "ledger.verify_bundle_us_per_entry": best(lambda: verify_bundle(exported, signer.verifier), 1)
        / size
        * 1e6,
    }
    for name, value in figures.items():
        print(f"{name}: {value:.3g}")
    entry_bytes = sum(map(len, contents)) / size
    print(
        f"conditions: {size} entries of {entry_bytes:.0f} bytes, Python {platform.python_version()}, one core"
    )


if __name__ == "__main__":
    main()
