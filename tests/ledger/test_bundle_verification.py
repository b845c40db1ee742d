"""Bundles: what is genuine is proved, and every way of cheating is found and named."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.ledger import checkpoint
from jifang.ledger.bundle import Range, Selection, build
from jifang.ledger.bundle_reader import read
from jifang.ledger.errors import BundleError, ProofError
from jifang.ledger.merkle import Frontier, leaf_hash
from jifang.ledger.note import Signer
from jifang.ledger.verify import Outcome, Report, verify_bundle
from tests.ledger.logs import KEY, SALT, SIGNER, START, Log, entry, log_of, opening

LOG = log_of(21, [0, 5, 12, 16, 21])
WHOLE = LOG.export(Range(0, 21), [0, 5, 12, 16, 21])
PART = LOG.export(Range(6, 16), [5, 12, 16, 21], openings={7: [opening(7)]})
SELECTED = LOG.export(Selection((3, 8, 20)), [5, 21], openings={3: [opening(3)], 20: [opening(20)]})


def fails(report: Report) -> list[str]:
    return [line.text() for line in report.lines if line.outcome is Outcome.FAIL]


def notes(report: Report) -> list[str]:
    return [line.text() for line in report.lines if line.outcome is Outcome.NOTE]


def altered(content: bytes, change: Callable[[Any], object]) -> Report:
    """The report on a bundle after a change to its JSON."""
    value = json.loads(content)
    change(value)
    return verify_bundle(json.dumps(value).encode(), KEY)


@pytest.mark.parametrize("content", [WHOLE, PART, SELECTED], ids=["whole", "part", "selected"])
def test_a_genuine_bundle_is_proved(content: bytes) -> None:
    report = verify_bundle(content, KEY)
    assert report.ok, fails(report)
    assert report.anchor is not None
    assert report.anchor.size == 21


def test_the_report_says_what_was_proved_and_what_not() -> None:
    part = verify_bundle(PART, KEY)
    assert "entries 6 to 15: complete and unaltered, 10 of the 21 entries of the log" in [
        line.text() for line in part.lines
    ]
    assert notes(part) == ["committed values: 9 not laid open: withheld, or lawfully deleted"]
    assert "selected entries: a selection says nothing about the entries between them" in notes(
        verify_bundle(SELECTED, KEY)
    )


@given(st.integers(1, 40), st.data())
@settings(max_examples=80, deadline=None)
def test_every_range_and_selection_of_every_log_is_proved(size: int, data: st.DataObject) -> None:
    sizes = sorted({*data.draw(st.sets(st.integers(0, size), max_size=4)), size})
    log = log_of(size, sizes)
    first = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(first + 1, size))
    assert verify_bundle(log.export(Range(first, end), sizes), KEY).ok
    chosen = tuple(sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1))))
    assert verify_bundle(log.export(Selection(chosen), sizes), KEY).ok


def test_an_altered_entry_is_found_and_named() -> None:
    for content, at, index in ((PART, 4, 10), (SELECTED, 1, 8)):
        report = altered(content, lambda b, at=at: b["entries"][at]["entry"].update(number=99))
        assert any(line.startswith(f"entry {index}: altered") for line in fails(report))


def test_an_altered_entry_is_found_when_its_hash_was_made_to_fit() -> None:
    def forge(b: Any) -> None:
        forged = entry(99)
        b["entries"][4]["entry"] = json.loads(json.dumps(forged, default=str))
        b["entries"][4]["hash"] = read(json.dumps(b).encode()).entries[4].leaf.hex()

    report = altered(PART, forge)
    assert fails(report)[0].startswith("entries 6 to 15: an entry was altered, moved, left out or added.")


def test_a_dropped_entry_is_found_and_named() -> None:
    report = altered(PART, lambda b: b["entries"].pop(3))
    assert fails(report) == ["entry 9: missing from a range that claims to be complete"]


def test_many_dropped_entries_are_counted_and_the_first_twenty_named() -> None:
    log = log_of(40)
    report = altered(log.export(Range(2, 38), [40]), lambda b: b["entries"].clear())
    assert fails(report)[0] == "entry 2: missing from a range that claims to be complete"
    assert len(fails(report)) == 21
    assert fails(report)[-1] == "entries 2 to 37: 36 entries are missing in all"


def test_a_dropped_entry_is_found_when_those_behind_it_moved_up() -> None:
    def close_gap(b: Any) -> None:
        del b["entries"][3]
        b["range"]["end"] -= 1
        for place, shown in enumerate(b["entries"]):
            shown["index"] = 6 + place

    assert fails(altered(PART, close_gap))[0].startswith(
        "entries 6 to 14: an entry was altered, moved, left out"
    )


def test_a_range_cut_at_its_end_is_found() -> None:
    def cut(b: Any) -> None:
        del b["entries"][-1]
        b["range"]["end"] -= 1

    assert fails(altered(PART, cut))
    assert fails(altered(WHOLE, cut))


def test_swapped_entries_are_found() -> None:
    def swap(b: Any) -> None:
        b["entries"][2], b["entries"][3] = b["entries"][3], b["entries"][2]

    def swap_and_renumber(b: Any) -> None:
        swap(b)
        b["entries"][2]["index"], b["entries"][3]["index"] = 8, 9

    assert fails(altered(PART, swap)) == ["entries 6 to 15: out of order, given twice, or outside the range"]
    assert "altered, moved" in fails(altered(PART, swap_and_renumber))[0]
    assert "altered, moved" in fails(altered(SELECTED, lambda b: b["entries"][0].update(index=4)))[0]


def test_the_wrong_key_proves_nothing() -> None:
    other = Signer.generate(SIGNER.name)
    report = verify_bundle(PART, other.verifier)
    assert not report.ok
    assert fails(report)[0].startswith("checkpoint no. 1: Signed by jifang.example/ledger")
    assert fails(report)[-1] == "bundle: no checkpoint in it is signed by this key: nothing is proved"
    stranger = verify_bundle(PART, Signer.generate("other.example").verifier)
    assert "it claims to come from jifang.example/ledger" in fails(stranger)[0]


def test_a_checkpoint_that_was_altered_or_signed_by_another_is_found() -> None:
    def grow(b: Any) -> None:
        b["checkpoints"][-1] = b["checkpoints"][-1].replace("\n21\n", "\n22\n")

    def resign(b: Any) -> None:
        text = b["checkpoints"][-1].partition("\n\n")[0] + "\n"
        b["checkpoints"][-1] = Signer.generate(SIGNER.name).sign(text)

    assert not altered(PART, grow).ok
    assert not altered(PART, resign).ok


def test_a_log_cut_off_since_the_deposit_is_found() -> None:
    short = log_of(16)
    report = verify_bundle(short.export(Range(0, 16), [16]), KEY, [LOG.checkpoints[21]])
    assert fails(report) == [
        "deposited checkpoint of 21 entries: "
        "the bundle ends at 16 entries: the log was cut off, or the bundle is older"
    ]


def rewritten_log() -> Log:
    """A log of the same key whose entry 3 says something else."""
    log = Log()
    for number in range(21):
        log.append(entry(number if number != 3 else 1000))
        if log.frontier.size in (5, 12, 21):
            log.checkpoint()
    return log


@pytest.mark.parametrize("size", [5, 12, 21])
def test_a_log_rewritten_since_the_deposit_is_found(size: int) -> None:
    """Inside the range, by a consistency proof, and at the same size."""
    for choice in (Range(0, 21), Range(15, 21), Selection((3,))):
        content = rewritten_log().export(choice, [5, 12, 21])
        assert verify_bundle(content, KEY).ok, "the forger's own bundle is consistent in itself"
        report = verify_bundle(content, KEY, [LOG.checkpoints[size]])
        assert [line for line in fails(report) if "rewritten" in line] == [
            f"deposited checkpoint of {size} entries: contradicts the one of 21 entries: "
            "the log was rewritten or shown in two versions"
        ]


def test_two_versions_of_one_log_in_one_bundle_are_found() -> None:
    fork = rewritten_log()

    def add(b: Any) -> None:
        b["checkpoints"].insert(0, fork.checkpoints[12])

    for content in (WHOLE, PART, SELECTED):
        assert any(
            "two versions" in line or "cannot be compared" in line for line in fails(altered(content, add))
        )


def test_a_deposit_that_the_bundle_cannot_reach_is_not_taken_for_agreement() -> None:
    content = LOG.export(Selection((20,)), [21])
    report = verify_bundle(content, KEY, [LOG.checkpoints[12]])
    assert fails(report) == [
        "deposited checkpoint of 12 entries: cannot be compared: ask for an export that includes size 12"
    ]
    assert verify_bundle(WHOLE, KEY, [LOG.checkpoints[12], LOG.checkpoints[0]]).ok


def test_a_deposit_inside_a_range_needs_no_proof_of_its_own() -> None:
    for first in (0, 12):
        content = LOG.export(Range(first, 21), [21])
        report = verify_bundle(content, KEY, [LOG.checkpoints[12]])
        assert report.ok, fails(report)
        forged = rewritten_log().export(Range(first, 21), [21])
        assert "rewritten" in fails(verify_bundle(forged, KEY, [LOG.checkpoints[12]]))[-1]


def test_a_checkpoint_without_a_time_counts_and_says_so() -> None:
    log = log_of(2, [])
    log.checkpoints[2] = SIGNER.sign(checkpoint.Checkpoint(SIGNER.name, 2, log.tree.root(), None).text())
    report = verify_bundle(log.export(Range(0, 2), [2]), KEY)
    assert report.ok
    assert report.lines[0].text().endswith("made -")


def test_a_deposit_of_another_key_or_none_at_all_is_a_failure() -> None:
    foreign = log_of(5, signer=Signer.generate("other.example")).checkpoints[5]
    for deposit in (foreign, "nonsense"):
        assert fails(verify_bundle(WHOLE, KEY, [deposit]))[0].startswith("deposited checkpoint no. 1: ")


def test_a_wrong_opening_is_found_and_a_withheld_one_is_not_held_against_anybody() -> None:
    def other_name(b: Any) -> None:
        b["openings"][0]["value"] = "操作员 8"

    assert fails(altered(PART, other_name)) == [
        "entry 7: the value shown for /who is not the one committed to"
    ]
    assert fails(altered(PART, lambda b: b["openings"][0].update(salt="00" * 32)))
    assert fails(altered(PART, lambda b: b["openings"][0].update(index=8)))
    assert fails(altered(PART, lambda b: b["openings"][0].update(index=0)))
    assert altered(PART, lambda b: b["openings"].clear()).ok


def test_a_clock_that_went_back_is_mentioned() -> None:
    log = log_of(3, [])
    for size, minute in ((2, 9), (3, 4)):
        tree = Frontier()
        for content in log.contents[:size]:
            tree.append(leaf_hash(content))
        log.checkpoints[size] = checkpoint.sign(SIGNER, tree, at=START.replace(minute=minute))
    report = verify_bundle(log.export(Range(0, 3), [2, 3]), KEY)
    assert report.ok
    assert any("the clock of the log went back" in line for line in notes(report))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a JSON value that holds a scalar."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*at, index))
    else:
        yield at


@given(st.sampled_from([WHOLE, PART, SELECTED]), st.data())
@settings(max_examples=500, deadline=None)
def test_no_single_change_to_any_value_of_a_bundle_goes_through(content: bytes, data: st.DataObject) -> None:
    value = json.loads(content)
    at = data.draw(st.sampled_from(list(places(value))))
    holder = value
    for step in at[:-1]:
        holder = holder[step]
    old = holder[at[-1]]
    if isinstance(old, str) and at[0] == "checkpoints":
        spot = data.draw(st.integers(0, len(old) - 1))
        new: Any = old[:spot] + chr(ord(old[spot]) ^ 1) + old[spot + 1 :]
    elif isinstance(old, str):
        spot = data.draw(st.integers(0, len(old) - 1))
        new = old[:spot] + data.draw(st.sampled_from("0aZ/三")) + old[spot + 1 :]
    else:
        new = data.draw(st.sampled_from([old + 1 if isinstance(old, int) else 1, "x", None, [], {}]))
    if new == old:
        return
    holder[at[-1]] = new
    try:
        report = verify_bundle(json.dumps(value).encode(), KEY)
    except BundleError:
        return
    assert not report.ok, at


@given(st.binary(max_size=200) | st.integers(0, len(PART) - 2).map(lambda n: PART[:n]))
@settings(max_examples=200, deadline=None)
def test_what_is_no_bundle_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BundleError):
        verify_bundle(content, KEY)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda b: b.update(remark="all is well"), "/remark"),
        (lambda b: b["entries"][0].update(remark="genuine"), "/entries/0/remark"),
        (lambda b: b["entries"][0].update(index=-1), "/entries/0/index"),
        (lambda b: b["entries"][0].update(index=True), "/entries/0/index"),
        (lambda b: b["entries"][0].update(hash="xyz"), "/entries/0/hash"),
        (lambda b: b["entries"][0]["entry"].update(x=1.5), "file cannot be read"),
        (lambda b: b["range"].update(end=6), "/range"),
        (lambda b: b["range"]["before"].append("AAAA"), "/range/before/2"),
        (lambda b: b.update(checkpoints="x"), "/checkpoints"),
        (lambda b: b.update(consistency=[[]]), "/consistency/0"),
        (lambda b: b.update(format="other/1"), "format"),
        (lambda b: b["entries"][0].pop("hash"), "/entries/0/hash"),
    ],
)
def test_what_does_not_fit_the_format_is_named_by_its_place(
    change: Callable[[Any], object], place: str
) -> None:
    value = json.loads(PART)
    change(value)
    with pytest.raises(BundleError, match=place):
        verify_bundle(json.dumps(value).encode(), KEY)


def test_the_builder_refuses_what_its_verifier_would() -> None:
    entries = list(enumerate(LOG.contents))
    nodes, notes_ = LOG.tree.nodes, [LOG.checkpoints[21]]
    with pytest.raises(ProofError, match="Entry 4 was not chosen"):
        build(Range(3, 9), entries=entries[4:9], checkpoints=notes_, nodes=nodes)
    with pytest.raises(ProofError, match="Entry 8 was chosen but not given"):
        build(Range(3, 9), entries=entries[3:8], checkpoints=notes_, nodes=nodes)
    with pytest.raises(ProofError):
        build(Range(3, 21), entries=entries[3:21], checkpoints=[LOG.checkpoints[12]], nodes=nodes)
    with pytest.raises(ProofError, match="does not fit its commitment"):
        build(Range(3, 4), entries=entries[3:4], checkpoints=notes_, nodes=nodes, openings={3: [opening(4)]})
    with pytest.raises(ProofError, match="at least one checkpoint"):
        build(Range(3, 4), entries=entries[3:4], checkpoints=[], nodes=nodes)
    both = [LOG.checkpoints[12], rewritten_log().checkpoints[12]]
    with pytest.raises(ProofError, match="contradict"):
        build(Range(3, 4), entries=entries[3:4], checkpoints=both, nodes=nodes)
    for bad in (
        lambda: Range(3, 3),
        lambda: Range(-1, 2),
        lambda: Selection((3, 3)),
        lambda: Selection((4, 3)),
    ):
        with pytest.raises(ProofError):
            bad()


def test_a_report_can_be_read_in_another_language() -> None:
    words = {
        "entry %(index)s": "第 %(index)s 条",
        "Entry %(index)s is not in the tree of %(size)s entries: "
        "its proof leads to another root.": "证明不符",
    }
    value = json.loads(SELECTED)
    value["entries"][1]["index"] = 9
    report = verify_bundle(json.dumps(value).encode(), KEY)
    line = next(line for line in report.lines if line.outcome is Outcome.FAIL)
    text = line.text(lambda message: words.get(message, message))
    assert text.startswith("第 9 条: ")


def test_reading_a_bundle_leaves_its_bytes_to_any_json_reader() -> None:
    value = json.loads(WHOLE)
    assert copy.deepcopy(value)["format"] == "jifang-ledger-bundle/1"
    assert [shown["entry"]["number"] for shown in value["entries"]] == list(range(21))
    assert SALT.hex() not in WHOLE.decode()
