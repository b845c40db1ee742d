"""Whatever the facts: fresh evidence for every compliance, flips in time, sweep and live alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.law.catalogue import Fact
from jifang.law.columns import BEIJING_S, DAY_S, FINE
from jifang.law.context import Clocks
from jifang.law.describe import describe
from jifang.law.engine import Engine, sweep
from jifang.law.golden import rule_of, subjects_of
from jifang.law.kinds.conduct import Authorization, Presence, Sequence
from jifang.law.model import GoldenTest, Pack, Rule
from jifang.law.subjects import world_of
from tests.law.packs_here import packs

CASES: list[tuple[Pack, GoldenTest]] = [
    (pack, test)
    for pack in packs().values()
    for test in pack.tests
    if rule_of(pack, test).enabled  # type: ignore[union-attr]
]
BASE = int(datetime(2026, 6, 1, 15, 59, 59, tzinfo=UTC).timestamp())


def clocks_at(second: int) -> Clocks:
    """All three clocks at one instant, as live evaluation has them."""
    return Clocks((second + BEIJING_S) // DAY_S, second, second)


def spelled(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()


def value_for(fact: Fact) -> st.SearchStrategy[Any]:
    """Any value of a fact, absurd ones among them."""
    match fact.type:
        case "boolean":
            return st.booleans()
        case "number":
            return st.one_of(st.integers(-5, 130), st.floats(0, 2, allow_nan=False))
        case "date":
            return st.dates(date(2025, 1, 1), date(2026, 12, 31)).map(str)
        case "text":
            return st.sampled_from(fact.values)
    day = date(2026, 5, 20)
    pair = st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 20))).map(
        lambda ab: [
            str(day + timedelta(days=ab[0])),
            None if ab[1] is None else str(day + timedelta(days=ab[0] + ab[1])),
        ]
    )
    return st.lists(pair, max_size=2)


@st.composite
def told(draw: st.DrawFn, fact: Fact) -> Any:
    """A fact with its circumstances: late, early, from the future, screening or reviewed, once or twice."""

    def one() -> dict[str, Any]:
        observed = BASE + draw(st.integers(-500 * DAY_S, 20 * DAY_S))
        if draw(st.booleans()):
            observed = BASE - draw(st.integers(0, 30 * 3600))
        return {
            "value": draw(value_for(fact)),
            "observed_at": spelled(observed),
            "received_at": spelled(observed + draw(st.sampled_from([0, 0, 3600, 5 * DAY_S]))),
            "grade": draw(st.sampled_from(["screening", "reviewed"])),
        }

    return one() if draw(st.integers(0, 3)) else [one(), one()]


@st.composite
def situations(draw: st.DrawFn) -> tuple[Pack, Rule, list[dict[str, Any]]]:
    """A golden case whose facts are kept, dropped or replaced at random."""
    pack, test = draw(st.sampled_from(CASES))
    rule = rule_of(pack, test)
    assert rule is not None
    subjects = subjects_of(pack, rule, test.data)
    for subject in subjects:
        for name in list(subject["facts"]):
            match draw(st.integers(0, 4)):
                case 0:
                    del subject["facts"][name]
                case 1 | 2:
                    subject["facts"][name] = draw(told(pack.catalogue[name]))
                case _:
                    pass
    return pack, rule, subjects


def at(pack: Pack, rule: Rule, subjects: list[dict[str, Any]], second: int) -> tuple[dict[str, Any], int]:
    """The description at an instant, and the flip in seconds."""
    clocks = clocks_at(second)
    engine = Engine(pack, world_of(pack.catalogue, subjects, clocks), clocks)
    cells = engine.evaluate(rule)
    return describe(engine, rule, cells, 0), int(cells.flip[0])


@settings(max_examples=400, deadline=None)
@given(situations())
def test_nothing_is_compliant_without_fresh_evidence(case: tuple[Pack, Rule, list[dict[str, Any]]]) -> None:
    pack, rule, subjects = case
    clocks = clocks_at(BASE)
    engine = Engine(pack, world_of(pack.catalogue, subjects, clocks), clocks)
    cell = describe(engine, rule, engine.evaluate(rule), 0)
    if cell["verdict"] != "compliant":
        return
    assert cell["grade"] is not None
    context = engine.context(rule.subject)
    needed = [] if isinstance(rule.kind, Authorization | Sequence) else list(rule.kind.facts())
    if isinstance(rule.kind, Presence) and rule.kind.at_least < len(rule.kind.all_of):
        needed = []
    over = getattr(getattr(rule.kind, "evidence", None), "over", None)
    for name in needed:
        fact = pack.catalogue[name]
        if fact.absent != "unknown" or name == "system.recorded_channels":
            continue
        reads = [context.read(name)]
        if over is not None and over in engine.world.tables:
            reads.append(context.below(over).read(name))
        if rule.kind.word not in ("level", "window", "deadline"):
            assert any((read.status == FINE).any() for read in reads), name


@settings(max_examples=400, deadline=None)
@given(situations(), st.integers(0, 60 * DAY_S), st.data())
def test_next_flip_is_never_later_than_the_true_flip(
    case: tuple[Pack, Rule, list[dict[str, Any]]], ahead: int, data: st.DataObject
) -> None:
    """Known up to now: what was received by then does not change, time does."""
    pack, rule, subjects = case
    # An observation that is received later is a new fact, and no matter of time alone.
    for subject in subjects:
        for raw in subject["facts"].values():
            for one in raw if isinstance(raw, list) else [raw]:
                if isinstance(one, dict):
                    one["received_at"] = spelled(BASE - 400 * DAY_S)
    _told_before(subjects)
    now = BASE + ahead
    cell, flip = at(pack, rule, subjects, now)
    last = min(flip - 1, now + 400 * DAY_S)
    if last <= now:
        return
    probes = {last, now + (last - now) // 2, data.draw(st.integers(now + 1, last))}
    probes |= {day * DAY_S - BEIJING_S for day in range(now // DAY_S + 1, now // DAY_S + 6)}
    for second in sorted(probes):
        if not now < second <= last:
            continue
        later, _ = at(pack, rule, subjects, second)
        assert (later["verdict"], later["outcome"]) == (cell["verdict"], cell["outcome"]), (second, flip)


def _told_before(subjects: list[dict[str, Any]]) -> None:
    """Bare values are observed at the instant asked, so they would grow younger with every step."""
    for subject in subjects:
        for name, raw in list(subject["facts"].items()):
            if isinstance(raw, Mapping) and "observed_at" in raw:
                continue
            if isinstance(raw, list) and raw and isinstance(raw[0], Mapping):
                continue
            plain = raw["value"] if isinstance(raw, Mapping) else raw
            subject["facts"][name] = {
                "value": plain,
                "observed_at": spelled(BASE - 3600),
                "received_at": spelled(BASE - 400 * DAY_S),
            }


@settings(max_examples=120, deadline=None)
@given(st.lists(situations(), min_size=2, max_size=6), st.integers(0, 30 * DAY_S))
def test_sweep_and_live_agree(cases: list[tuple[Pack, Rule, list[dict[str, Any]]]], ahead: int) -> None:
    """Many subjects in one table, or each in a world of its own: the same verdicts and flips."""
    pack = cases[0][0]
    together: list[dict[str, Any]] = []
    alone = []
    for number, (other, _, subjects) in enumerate(cases):
        if other is not pack:
            continue
        named = [
            {**s, "id": f"{number} {s['id']}"} | ({"of": f"{number} {s['of']}"} if "of" in s else {})
            for s in subjects
        ]
        together += named
        alone.append(named)
    clocks = clocks_at(BASE + ahead)
    world = world_of(pack.catalogue, together, clocks)
    swept = sweep(pack, world, clocks)
    for named in alone:
        own = world_of(pack.catalogue, named, clocks)
        for rule, cells in sweep(pack, own, clocks).items():
            kind = pack.rules[rule].subject
            for row, name in enumerate(own.tables[kind].ids):
                place = list(world.tables[kind].ids).index(name)
                whole = swept[rule]
                assert whole.outcome[place] == cells.outcome[row], (rule, name)
                assert whole.flip[place] == cells.flip[row], (rule, name)
                assert str(whole.measured[place]) == str(cells.measured[row])
                assert str(whole.required[place]) == str(cells.required[row])
