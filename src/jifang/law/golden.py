"""Running the golden cases of a pack: each says on which day, with which facts, what must come out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jifang.kernel.clock import day_end
from jifang.kernel.errors import BadInputError
from jifang.law.context import Clocks
from jifang.law.daycount import number_of
from jifang.law.describe import describe
from jifang.law.engine import Engine
from jifang.law.model import GoldenTest, Pack, Rule
from jifang.law.subjects import world_of

ENDINGS = {
    "pass": ("compliant", "pending", "not_applicable", "exempt"),
    "fail": ("violation",),
    "unknown": ("unknown",),
}
"""The verdicts that a test may expect, by the end of its name."""


def clocks_on(on: date, known: date | None = None) -> Clocks:
    """The clocks of a day: its law, facts at its last second (Asia/Shanghai), known then or on ``known``."""
    at = int(day_end(on).timestamp()) - 1
    return Clocks(number_of(on), at, at if known is None else int(day_end(known).timestamp()) - 1)


def rule_of(pack: Pack, test: GoldenTest) -> Rule | None:
    """The rule that a test is about: the longest rule name that the test's name begins with."""
    name = test.rule
    while name:
        if name in pack.rules:
            return pack.rules[name]
        name = name.rpartition(".")[0]
    return None


def subjects_of(pack: Pack, rule: Rule, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The subjects of a case: the rule's own, its parts below and what stands above."""
    subjects: list[dict[str, Any]] = [
        {"type": rule.subject, "id": "it", "facts": _plain(data.get("facts") or {})}
    ]
    below = subjects[0]
    for kind, facts in (data.get("above") or {}).items():
        below["of"] = f"the {kind}"
        below = {"type": kind, "id": f"the {kind}", "facts": _plain(facts)}
        subjects.append(below)
    for number, facts in enumerate(data.get("parts") or []):
        kind = pack.catalogue[next(iter(facts))].subject if facts else "channel"
        subjects.append({"type": kind, "id": f"part {number + 1}", "of": "it", "facts": _plain(facts)})
    return subjects


def run(pack: Pack, test: GoldenTest) -> list[str]:
    """What came out otherwise than expected, one sentence each; empty when the case holds."""
    rule = rule_of(pack, test)
    if rule is None:
        return [f"{test.name}: no rule of this name."]
    on, known = test.data.get("on"), test.data.get("known")
    if not isinstance(on, date) or not (known is None or isinstance(known, date)):
        return [f"{test.name}: `on` is a day."]
    try:
        described = evaluate(pack, rule, test.data, on, known)
    except BadInputError as error:
        return [f"{test.name}: {error}"]
    expected: Any = test.data.get("expect") or {}
    ending = test.name.rpartition(".")[2]
    wrong = []
    if described["verdict"] not in ENDINGS[ending]:
        wrong.append(f"{test.name}: {described['verdict']} ({described['outcome']}) is no .{ending}.")
    for key, value in expected.items():
        told = described.get(key)
        plain = value.isoformat() if isinstance(value, date) else value
        if told != plain:
            wrong.append(f"{test.name}: {key} is {told!r}, expected {plain!r} ({described['outcome']}).")
    return wrong


def evaluate(
    pack: Pack, rule: Rule, data: Mapping[str, Any], on: date, known: date | None = None
) -> dict[str, Any]:
    """The description of a case's own subject. Raises ``BadInputError``."""
    clocks = clocks_on(on, known)
    world = world_of(pack.catalogue, subjects_of(pack, rule, data), clocks)
    engine = Engine(pack, world, clocks)
    return describe(engine, rule, engine.evaluate(rule), 0)


def _plain(value: Any) -> Any:
    """Dates as they stand in JSON."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
