"""The offline verifier: a bundle's bytes and a public key in, a report out. No network, no database.

What it proves, if the key is genuine: the entries shown are those the log recorded, at those places; in a
range none was left out; all checkpoints, also those deposited elsewhere, belong to one log that only grew. It
does not prove that what an entry says is true, nor that the log recorded everything that happened.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from jifang.kernel.clock import format_instant
from jifang.kernel.errors import gettext_noop
from jifang.ledger import checkpoint as checkpoints
from jifang.ledger.bundle_reader import Bundle, ShownEntry, ShownRange, read
from jifang.ledger.checkpoint import Checkpoint
from jifang.ledger.commitment import opens, pointers
from jifang.ledger.encoding import b64
from jifang.ledger.errors import NoteError, ProofError, in_language
from jifang.ledger.merkle import EMPTY_ROOT, Frontier, verify_consistency, verify_inclusion
from jifang.ledger.note import VerifierKey


class Outcome(StrEnum):
    """What one line of a report says."""

    OK = "ok"
    NOTE = "note"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. ``subject`` and ``message`` are message ids with the named parameters ``params``."""

    outcome: Outcome
    subject: str
    message: str
    params: dict[str, object]

    def text(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """Subject and message in the language of ``translate``."""
        params = in_language(self.params, translate)
        return f"{translate(self.subject) % params}: {translate(self.message) % params}"


@dataclass(slots=True)
class Report:
    """Every finding in the order in which it was made; ``anchor`` is the newest checkpoint of the bundle."""

    lines: list[Line] = field(default_factory=list)
    anchor: Checkpoint | None = None

    @property
    def ok(self) -> bool:
        """True only when something was proved and nothing failed."""
        outcomes = {line.outcome for line in self.lines}
        return self.anchor is not None and Outcome.OK in outcomes and Outcome.FAIL not in outcomes

    def add(self, outcome: Outcome, subject: str, message: str, **params: object) -> None:
        self.lines.append(Line(outcome, subject, message, params))


_CHECKPOINT = gettext_noop("checkpoint of %(size)s entries")
_DEPOSIT = gettext_noop("deposited checkpoint of %(size)s entries")
_ENTRY = gettext_noop("entry %(index)s")
_ENTRIES = gettext_noop("entries %(first)s to %(last)s")


def verify_bundle(content: bytes, key: VerifierKey, deposited: Sequence[str] = ()) -> Report:
    """Check a bundle against the log's public key and against checkpoints deposited elsewhere.

    ``deposited``: signed notes kept outside the log; they show a log that was cut off or rewritten since.
    Raises ``BundleError`` when the bytes are no bundle; every other fault is a line of the report.
    """
    bundle = read(content)
    report = Report()
    if bundle.origin != key.name:
        report.add(
            Outcome.FAIL,
            gettext_noop("bundle"),
            gettext_noop("it claims to come from %(origin)s, the key belongs to %(name)s"),
            origin=bundle.origin,
            name=key.name,
        )
    stated = _signed(bundle.notes, key, report, _CHECKPOINT)
    kept = _signed(deposited, key, report, _DEPOSIT)
    if not stated:
        report.add(
            Outcome.FAIL,
            gettext_noop("bundle"),
            gettext_noop("no checkpoint in it is signed by this key: nothing is proved"),
        )
        return report
    anchor = report.anchor = max(stated, key=lambda checkpoint: checkpoint.size)
    roots = _check_entries(bundle, anchor, {c.size for c in (*stated, *kept)}, report)
    for subject, found in ((_CHECKPOINT, stated), (_DEPOSIT, kept)):
        for checkpoint in found:
            if checkpoint is not anchor:
                _check_link(checkpoint, anchor, bundle, roots, report, subject)
    for old, new in bundle.consistency.keys() - {(checkpoint.size, anchor.size) for checkpoint in stated}:
        report.add(
            Outcome.FAIL,
            gettext_noop("bundle"),
            gettext_noop("a proof between %(old)s and %(new)s entries belongs to no checkpoint of it"),
            old=old,
            new=new,
        )
    _check_times([*stated, *kept], report)
    _check_openings(bundle, report)
    return report


def _signed(notes: Sequence[str], key: VerifierKey, report: Report, subject: str) -> list[Checkpoint]:
    found: list[Checkpoint] = []
    for number, text in enumerate(notes, start=1):
        try:
            checkpoint = checkpoints.verify(text, key)
        except NoteError as error:
            unnamed = (
                gettext_noop("checkpoint no. %(number)s") if subject == _CHECKPOINT else _UNNAMED_DEPOSIT
            )
            report.add(Outcome.FAIL, unnamed, gettext_noop("%(error)s"), number=number, error=error)
            continue
        report.add(
            Outcome.OK,
            subject,
            gettext_noop("signed by %(origin)s, root %(root)s, made %(time)s"),
            origin=checkpoint.origin,
            size=checkpoint.size,
            root=b64(checkpoint.root),
            time="-" if checkpoint.time is None else format_instant(checkpoint.time),
        )
        found.append(checkpoint)
    return found


_UNNAMED_DEPOSIT = gettext_noop("deposited checkpoint no. %(number)s")


def _check_entries(bundle: Bundle, anchor: Checkpoint, sizes: set[int], report: Report) -> dict[int, bytes]:
    """Check the entries; return the roots at those of the sizes that a complete range reaches."""
    for shown in bundle.entries:
        if shown.leaf != shown.stated_hash:
            report.add(
                Outcome.FAIL,
                _ENTRY,
                gettext_noop("altered: its content no longer has the hash that is stated for it"),
                index=shown.index,
            )
    if bundle.range is not None:
        return _check_range(bundle.range, bundle.entries, anchor, sizes, report)
    _check_selection(bundle.entries, anchor, report)
    return {}


def _check_range(
    span: ShownRange, entries: list[ShownEntry], anchor: Checkpoint, sizes: set[int], report: Report
) -> dict[int, bytes]:
    named: dict[str, object] = {"first": span.first, "last": span.end - 1}
    if not _in_place(span, entries, report):
        return {}
    if span.end > anchor.size:
        report.add(
            Outcome.FAIL,
            _ENTRIES,
            gettext_noop("the newest checkpoint covers only %(size)s entries: those after it are unproved"),
            size=anchor.size,
            **named,
        )
        return {}
    roots: dict[int, bytes] = {}
    try:
        frontier = Frontier(span.first, span.before)
        for shown in entries:
            if frontier.size in sizes:
                roots[frontier.size] = frontier.root()
            frontier.append(shown.leaf)
        roots[frontier.size] = frontier.root()
        verify_consistency(span.end, frontier.root(), anchor.size, anchor.root, span.proof)
    except ProofError as error:
        report.add(
            Outcome.FAIL,
            _ENTRIES,
            gettext_noop("an entry was altered, moved, left out or added. %(error)s"),
            error=error,
            **named,
        )
        return {}
    report.add(
        Outcome.OK,
        _ENTRIES,
        gettext_noop("complete and unaltered, %(count)s of the %(size)s entries of the log"),
        count=len(entries),
        size=anchor.size,
        **named,
    )
    return roots


def _in_place(span: ShownRange, entries: list[ShownEntry], report: Report) -> bool:
    """Whether a range holds each of its entries once and in order; if not, say which is missing or moved."""
    places = [shown.index for shown in entries]
    if places == list(range(span.first, span.end)):
        return True
    missing = sorted(set(range(span.first, span.end)) - set(places))
    for index in missing[:20]:
        report.add(
            Outcome.FAIL, _ENTRY, gettext_noop("missing from a range that claims to be complete"), index=index
        )
    if len(missing) > 20:
        report.add(
            Outcome.FAIL,
            _ENTRIES,
            gettext_noop("%(count)s entries are missing in all"),
            first=span.first,
            last=span.end - 1,
            count=len(missing),
        )
    if not missing:
        report.add(
            Outcome.FAIL,
            _ENTRIES,
            gettext_noop("out of order, given twice, or outside the range"),
            first=span.first,
            last=span.end - 1,
        )
    return False


def _check_selection(entries: list[ShownEntry], anchor: Checkpoint, report: Report) -> None:
    proved = 0
    for shown in entries:
        try:
            verify_inclusion(shown.leaf, shown.index, anchor.size, shown.proof, anchor.root)
        except ProofError as error:
            report.add(
                Outcome.FAIL,
                _ENTRY,
                gettext_noop("altered, moved, or never recorded. %(error)s"),
                index=shown.index,
                error=error,
            )
            continue
        proved += 1
    if len({shown.index for shown in entries}) < len(entries):
        report.add(Outcome.FAIL, gettext_noop("bundle"), gettext_noop("an entry is given twice"))
    if proved:
        report.add(
            Outcome.OK,
            gettext_noop("selected entries"),
            gettext_noop("%(count)s entries are recorded as shown"),
            count=proved,
        )
        report.add(
            Outcome.NOTE,
            gettext_noop("selected entries"),
            gettext_noop("a selection says nothing about the entries between them"),
        )


def _check_link(
    checkpoint: Checkpoint,
    anchor: Checkpoint,
    bundle: Bundle,
    roots: dict[int, bytes],
    report: Report,
    subject: str,
) -> None:
    """Check that the anchor continues another checkpoint of the same log."""
    size = checkpoint.size
    proof = bundle.consistency.get((size, anchor.size))
    if size > anchor.size:
        report.add(
            Outcome.FAIL,
            subject,
            gettext_noop("the bundle ends at %(end)s entries: the log was cut off, or the bundle is older"),
            size=size,
            end=anchor.size,
        )
        return
    known = {0: EMPTY_ROOT, anchor.size: anchor.root, **roots}.get(size)
    if known is None and proof is None:
        report.add(
            Outcome.FAIL,
            subject,
            gettext_noop("cannot be compared: ask for an export that includes size %(size)s"),
            size=size,
        )
        return
    agrees = known is None or known == checkpoint.root
    if proof is not None:
        try:
            verify_consistency(size, checkpoint.root, anchor.size, anchor.root, proof)
        except ProofError:
            agrees = False
    if agrees:
        report.add(
            Outcome.OK,
            subject,
            gettext_noop("continued by the one of %(end)s entries"),
            size=size,
            end=anchor.size,
        )
    else:
        report.add(
            Outcome.FAIL,
            subject,
            gettext_noop(
                "contradicts the one of %(end)s entries: the log was rewritten or shown in two versions"
            ),
            size=size,
            end=anchor.size,
        )


def _check_times(found: list[Checkpoint], report: Report) -> None:
    ordered = sorted((c for c in found if c.time is not None), key=lambda c: c.size)
    for older, newer in itertools.pairwise(ordered):
        if older.time is not None and newer.time is not None and newer.time < older.time:
            report.add(
                Outcome.NOTE,
                _CHECKPOINT,
                gettext_noop(
                    "made earlier than the one of %(older)s entries: the clock of the log went back"
                ),
                size=newer.size,
                older=older.size,
            )


def _check_openings(bundle: Bundle, report: Report) -> None:
    entries = {shown.index: shown.entry for shown in bundle.entries}
    opened: set[tuple[int, str]] = set()
    for index, opening in bundle.openings:
        if index in entries and opens(entries[index], opening):
            opened.add((index, opening.pointer))
            continue
        report.add(
            Outcome.FAIL,
            _ENTRY,
            gettext_noop("the value shown for %(pointer)s is not the one committed to"),
            index=index,
            pointer=opening.pointer,
        )
    committed = sum(len(pointers(entry)) for entry in entries.values())
    if opened:
        report.add(
            Outcome.OK,
            gettext_noop("committed values"),
            gettext_noop("%(count)s laid open and genuine"),
            count=len(opened),
        )
    if committed > len(opened):
        report.add(
            Outcome.NOTE,
            gettext_noop("committed values"),
            gettext_noop("%(count)s not laid open: withheld, or lawfully deleted"),
            count=committed - len(opened),
        )
