"""Storage of the ledger: append in one's own transaction, sequence, sign, prove, export.

``append`` takes no lock and waits for nobody: the entry is part of the caller's transaction and stands or
falls with it. ``sequence`` gives committed entries their place in the RFC 9162 tree, alone under an advisory
lock, in batches; ``checkpoint`` signs the result. Between commit and checkpoint (five minutes at most) an
entry is as safe as any row; from the checkpoint on its removal can be proved. ``docs/design/ledger.md``
weighs this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.db.models.functions import TruncDate

from jifang.identity import ledger_key
from jifang.identity.access import Actor
from jifang.identity.models import (
    LedgerCheckpoint,
    LedgerEntry,
    LedgerFrontier,
    LedgerNode,
    LedgerOpening,
    LedgerPlace,
    LedgerWaiting,
)
from jifang.kernel.errors import gettext_noop
from jifang.ledger import bundle, canonical, checkpoint, merkle
from jifang.ledger.commitment import Opening, commit, new_salt
from jifang.ledger.errors import ProofError
from jifang.wire.locks import AdvisoryLock

_BATCH = 2000
_DAYS_COMPARED = 31
_HASH = merkle.HASH_BYTES


class LedgerDamagedError(Exception):
    """The stored tree does not continue the last signed checkpoint: somebody or something altered it."""


def append(
    kind: str,
    body: Mapping[str, object],
    *,
    by: Actor,
    at: datetime,
    personal: Mapping[str, object] | None = None,
) -> LedgerEntry:
    """Write one entry in the caller's transaction; nothing is written outside of one.

    ``kind`` is a dotted verb (``identity.grant.given``); ``body`` holds strings, integers, booleans, None,
    instants, lists and mappings, no floats and no personal data. ``personal`` values (names, numbers,
    telephone) enter the leaf as salted commitments; value and salt are kept beside it and may be deleted
    (``forget``). Raises ``BadInputError`` for a value without canonical form.
    """
    if not connection.in_atomic_block:
        msg = "a ledger entry is written in the transaction of what it records; open one (audit.acting)"
        raise transaction.TransactionManagementError(msg)
    salted = {name: (value, new_salt()) for name, value in {"by": by.name, **(personal or {})}.items()}
    content = canonical.encode(
        {
            "at": at,
            "body": dict(body),
            "by": by.account_id,
            "kind": kind,
            "personal": {name: commit(value, salt) for name, (value, salt) in salted.items()},
        }
    )
    entry = LedgerEntry.objects.create(at=at, kind=kind, account_id=by.account_id, content=content)
    LedgerOpening.objects.bulk_create(
        LedgerOpening(
            entry=entry,
            pointer=f"/personal/{canonical.pointer_token(name)}",
            value=canonical.plain(value),
            salt=salt,
        )
        for name, (value, salt) in salted.items()
    )
    LedgerWaiting.objects.create(entry=entry)
    return entry


def sequence() -> int:
    """Give every committed entry its place in the tree; returns how many were placed. Opens transactions
    itself; raises :class:`LedgerDamagedError`."""
    placed = 0
    while True:
        try:
            count = _place_batch()
        except (IntegrityError, ProofError) as error:
            raise LedgerDamagedError(f"the tree and its frontier do not fit: {error}") from error
        if count == 0:
            return placed
        placed += count


def _place_batch() -> int:
    """Place up to a batch of waiting entries in one transaction, alone; returns how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AdvisoryLock.LEDGER_SEQUENCER])
        waiting = list(
            LedgerWaiting.objects.order_by("entry_id").values_list("entry_id", "entry__content")[:_BATCH]
        )
        if not waiting:
            return 0
        frontier = _frontier()
        places, tree = [], []
        for entry_id, content in waiting:
            places.append(LedgerPlace(index=frontier.size, entry_id=entry_id))
            tree += [
                LedgerNode(level=level, index=index, hash=value)
                for level, index, value in frontier.append_with_nodes(merkle.leaf_hash(bytes(content)))
            ]
        LedgerPlace.objects.bulk_create(places)
        LedgerNode.objects.bulk_create(tree)
        LedgerFrontier.objects.update_or_create(
            id=1, defaults={"size": frontier.size, "hashes": b"".join(frontier.hashes)}
        )
        LedgerWaiting.objects.filter(entry_id__in=[entry_id for entry_id, _ in waiting]).delete()
        return len(waiting)


def sign_checkpoint(*, at: datetime) -> LedgerCheckpoint | None:
    """Sequence what waits, check that the tree continues the last checkpoint, sign it. None when empty.

    Returns the standing checkpoint when nothing was added. Raises :class:`LedgerDamagedError`.
    """
    sequence()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AdvisoryLock.LEDGER_SEQUENCER])
        frontier = _frontier()
        last = LedgerCheckpoint.objects.order_by("-size").first()
        if last is not None:
            _must_continue(last, frontier)
        if frontier.size == (last.size if last else 0):
            return last
        return LedgerCheckpoint.objects.create(
            size=frontier.size,
            at=at,
            root=frontier.root(),
            note=checkpoint.sign(ledger_key.signer(), frontier, at=at),
        )


def _must_continue(last: LedgerCheckpoint, frontier: merkle.Frontier) -> None:
    if frontier.size < last.size:
        raise LedgerDamagedError(
            f"the tree has {frontier.size} entries, a checkpoint was signed for {last.size}"
        )
    try:
        plan = merkle.consistency_plan(last.size, frontier.size)
        proof = merkle.prove(plan, nodes(merkle.plan_nodes(plan)))
        merkle.verify_consistency(last.size, bytes(last.root), frontier.size, frontier.root(), proof)
    except ProofError as error:
        raise LedgerDamagedError(
            f"the tree does not continue the checkpoint of {last.size}: {error}"
        ) from error


def _frontier() -> merkle.Frontier:
    row = LedgerFrontier.objects.select_for_update().filter(id=1).first()
    if row is None:
        return merkle.Frontier()
    hashes = bytes(row.hashes)
    return merkle.Frontier(row.size, [hashes[i : i + _HASH] for i in range(0, len(hashes), _HASH)])


def nodes(wanted: Iterable[merkle.Node]) -> dict[merkle.Node, bytes]:
    """Fetch tree nodes by level and index, in one query."""
    pairs = list(wanted)
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.level, n.index, n.hash FROM identity_ledgernode n"
            " JOIN unnest(%s::smallint[], %s::bigint[]) AS w(level, index) USING (level, index)",
            [[level for level, _ in pairs], [index for _, index in pairs]],
        )
        return {(level, index): bytes(value) for level, index, value in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the ledger stands: entries placed and waiting, and the last checkpoint."""

    size: int
    waiting: int
    last: LedgerCheckpoint | None


def standing() -> Standing:
    """Return where the ledger stands."""
    size = LedgerFrontier.objects.filter(id=1).values_list("size", flat=True).first() or 0
    return Standing(size, LedgerWaiting.objects.count(), LedgerCheckpoint.objects.order_by("-size").first())


def export(choice: bundle.Choice, *, compare: Iterable[int] = (), openings: bool = False) -> bytes:
    """Write the bundle of a range or a selection, anchored in the last checkpoint.

    ``compare`` are sizes of older checkpoints to put in, so that whoever kept one of them can hold it against
    this log; without any, the last checkpoint of each of the last 31 days goes in. With ``openings`` the
    personal data that still exist are laid open. Raises ``ProofError`` when the choice is not covered by a
    checkpoint yet, an asked checkpoint does not exist, or the stored tree does not fit.
    """
    checkpoints = _checkpoints(tuple(compare))
    if isinstance(choice, bundle.Range):
        places = LedgerPlace.objects.filter(index__gte=choice.first, index__lt=choice.end)
    else:
        places = LedgerPlace.objects.filter(index__in=choice.indexes)
    rows = list(places.order_by("index").values_list("index", "entry_id", "entry__content"))
    opened: dict[int, list[Opening]] = {}
    if openings:
        index_of = {entry_id: index for index, entry_id, _ in rows}
        for one in LedgerOpening.objects.filter(entry_id__in=index_of).order_by("entry_id", "pointer"):
            opened.setdefault(index_of[one.entry_id], []).append(
                Opening(one.pointer, one.value, bytes(one.salt))
            )
    return bundle.build(
        choice,
        entries=[(index, bytes(content)) for index, _, content in rows],
        checkpoints=[one.note for one in checkpoints],
        nodes=nodes(bundle.needed_nodes(choice, [one.size for one in checkpoints])),
        openings=opened,
    )


def _checkpoints(compare: tuple[int, ...]) -> list[LedgerCheckpoint]:
    """The anchor, and the older checkpoints it is compared with; ascending."""
    anchor = LedgerCheckpoint.objects.order_by("-size").first()
    if anchor is None:
        raise ProofError(gettext_noop("No checkpoint was signed yet: run “jifang ledger checkpoint” first."))
    if not compare:
        daily = (
            LedgerCheckpoint.objects.order_by()
            .annotate(day=TruncDate("at"))
            .values("day")
            .annotate(largest=Max("size"))
            .values("largest")
        )
        recent = LedgerCheckpoint.objects.filter(size__in=daily).order_by("-size")[:_DAYS_COMPARED]
        return sorted({one.size: one for one in (*recent, anchor)}.values(), key=lambda one: one.size)
    found = {one.size: one for one in LedgerCheckpoint.objects.filter(size__in=compare)}
    missing = sorted(set(compare) - found.keys())
    if missing:
        raise ProofError(gettext_noop("No checkpoint was signed at %(size)s entries."), size=missing[0])
    return sorted({**found, anchor.size: anchor}.values(), key=lambda one: one.size)


def forget(entry: LedgerEntry) -> int:
    """Delete the personal data behind an entry's commitments, as the law may ask; the tree stands."""
    return LedgerOpening.objects.filter(entry=entry).delete()[0]
