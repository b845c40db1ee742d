"""Bundles: a part of the log with everything that proves it, in one JSON file.

A bundle is read years later by somebody who has nothing but the file and the log's public key::

    {"format": "jifang-ledger-bundle/1",
     "origin": "jifang.example/ledger",
     "checkpoints": ["<signed note>", ...],                           ascending; the last is the anchor
     "consistency": [{"from": 5, "to": 8, "proof": ["<base64>"]}],    every other checkpoint to the anchor
     "range": {"first": 2, "end": 7, "before": [...], "proof": [...]} or null,
     "entries": [{"index": 2, "hash": "<hex>", "entry": {...}, "proof": [...]}],
     "openings": [{"index": 2, "pointer": "/requester", "value": ..., "salt": "<hex>"}]}

A *range* is complete: every entry from ``first`` to ``end - 1`` is there and has no proof of its own; instead
``before`` holds the right edge of the tree at ``first`` and ``proof`` the consistency of the tree at ``end``
with the anchor, so that nothing inside can be left out, added, altered or moved. A *selection* proves each of
its entries by itself and says nothing about the entries between them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jifang.kernel.errors import gettext_noop
from jifang.ledger import note
from jifang.ledger.canonical import Json, decode
from jifang.ledger.checkpoint import Checkpoint
from jifang.ledger.checkpoint import parse as parse_checkpoint
from jifang.ledger.commitment import Opening, opens
from jifang.ledger.encoding import b64
from jifang.ledger.errors import ProofError
from jifang.ledger.merkle import (
    Node,
    Plan,
    consistency_plan,
    inclusion_plan,
    leaf_hash,
    plan_nodes,
    prove,
    subtrees,
)

FORMAT = "jifang-ledger-bundle/1"


@dataclass(frozen=True, slots=True)
class Range:
    """All entries from ``first`` to ``end - 1``."""

    first: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.first < self.end:
            raise ProofError(
                gettext_noop("There are no entries from %(first)s to before %(end)s."),
                first=self.first,
                end=self.end,
            )


@dataclass(frozen=True, slots=True)
class Selection:
    """Single entries, in ascending order."""

    indexes: tuple[int, ...]

    def __post_init__(self) -> None:
        if any(a >= b for a, b in zip(self.indexes, self.indexes[1:], strict=False)):
            raise ProofError(gettext_noop("A selection names its entries once each, in ascending order."))


Choice = Range | Selection


def needed_nodes(choice: Choice, sizes: Iterable[int]) -> set[Node]:
    """The tree nodes that ``build`` needs, for checkpoints of these sizes, as one set."""
    ordered = sorted(set(sizes))
    if not ordered:
        raise ProofError(gettext_noop("A bundle needs at least one checkpoint."))
    anchor = ordered[-1]
    plans = [consistency_plan(size, anchor) for size in ordered]
    if isinstance(choice, Range):
        plans += [consistency_plan(choice.end, anchor), _before_plan(choice)]
    else:
        plans += [inclusion_plan(index, anchor) for index in choice.indexes]
    return plan_nodes(*plans)


def build(
    choice: Choice,
    *,
    entries: Iterable[tuple[int, bytes]],
    checkpoints: Sequence[str],
    nodes: Mapping[Node, bytes],
    openings: Mapping[int, Sequence[Opening]] | None = None,
) -> bytes:
    """Write a bundle.

    ``entries``: index and canonical bytes of exactly the chosen entries, ascending. ``checkpoints``: signed
    notes of this log; the largest must cover the choice. ``nodes``: what ``needed_nodes`` asked for.
    ``openings``: committed values to lay open, by index. Raises ``ProofError`` when the parts do not fit, so
    that no bundle leaves the house that its own verifier would refuse.
    """
    stated = _by_size(checkpoints)
    sizes = sorted(stated)
    anchor, _ = stated[sizes[-1]]
    header: dict[str, Json] = {
        "format": FORMAT,
        "origin": anchor.origin,
        "checkpoints": [stated[size][1] for size in sizes],
        "consistency": [
            {"from": size, "to": anchor.size, "proof": _hashes(consistency_plan(size, anchor.size), nodes)}
            for size in sizes[:-1]
        ],
        "range": _range(choice, anchor, nodes) if isinstance(choice, Range) else None,
    }
    lines: list[str] = []
    shown: list[Json] = []
    expected = iter(range(choice.first, choice.end) if isinstance(choice, Range) else choice.indexes)
    for index, content in entries:
        if index != next(expected, None):
            raise ProofError(
                gettext_noop("Entry %(index)s was not chosen, or comes out of order."), index=index
            )
        record: dict[str, Json] = {"index": index, "hash": leaf_hash(content).hex()}
        if isinstance(choice, Selection):
            record["proof"] = _hashes(inclusion_plan(index, anchor.size), nodes)
        lines.append(_text(record)[:-1] + ',"entry":' + content.decode() + "}")
        shown += _openings(index, decode(content), (openings or {}).get(index, ()))
    missing = next(expected, None)
    if missing is not None:
        raise ProofError(gettext_noop("Entry %(missing)s was chosen but not given."), missing=missing)
    members = [f"{_text(key)}:{_text(value)}" for key, value in header.items()]
    members += ['"entries":[\n' + ",\n".join(lines) + "]", f'"openings":{_text(shown)}']
    return ("{" + ",\n".join(members) + "}\n").encode()


def _by_size(notes: Sequence[str]) -> dict[int, tuple[Checkpoint, str]]:
    found: dict[int, tuple[Checkpoint, str]] = {}
    for text in notes:
        checkpoint = parse_checkpoint(note.split(text)[0])
        other, _ = found.setdefault(checkpoint.size, (checkpoint, text))
        if (other.origin, other.root) != (checkpoint.origin, checkpoint.root):
            raise ProofError(
                gettext_noop("Two checkpoints of %(size)s entries contradict each other."),
                size=checkpoint.size,
            )
    if not found:
        raise ProofError(gettext_noop("A bundle needs at least one checkpoint."))
    return found


def _range(choice: Range, anchor: Checkpoint, nodes: Mapping[Node, bytes]) -> Json:
    return {
        "first": choice.first,
        "end": choice.end,
        "before": _hashes(_before_plan(choice), nodes),
        "proof": _hashes(consistency_plan(choice.end, anchor.size), nodes),
    }


def _before_plan(choice: Range) -> Plan:
    return tuple((node,) for node in subtrees(0, choice.first))


def _openings(index: int, entry: Json, openings: Sequence[Opening]) -> list[Json]:
    for opening in openings:
        if not opens(entry, opening):
            raise ProofError(
                gettext_noop("Entry %(index)s: the opening at %(pointer)s does not fit its commitment."),
                index=index,
                pointer=opening.pointer,
            )
    return [{"index": index, "pointer": o.pointer, "value": o.value, "salt": o.salt.hex()} for o in openings]


def _hashes(plan: Plan, nodes: Mapping[Node, bytes]) -> list[Json]:
    return [b64(value) for value in prove(plan, nodes)]


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
