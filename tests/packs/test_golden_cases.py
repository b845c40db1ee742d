"""Every golden case of every pack, and that a case with a wrong expectation is found."""

from __future__ import annotations

from datetime import date

import pytest

from jifang.law.golden import evaluate, run
from jifang.law.lint import ERROR, lint
from jifang.law.model import GoldenTest
from tests.law.packs_here import packs

CASES = [(name, test) for name, pack in packs().items() for test in pack.tests]


@pytest.mark.parametrize(("name", "test"), CASES, ids=[test.name for _, test in CASES])
def test_golden_case(name: str, test: GoldenTest) -> None:
    assert run(packs()[name], test) == []


def test_a_wrong_expectation_is_found() -> None:
    pack = packs()["cn-44"]
    right = next(test for test in pack.tests if test.name == "gd.art20.retention.fail")
    wrong = GoldenTest(right.name, right.rule, {**right.data, "expect": {"required": 30}})
    assert run(pack, wrong) == ["gd.art20.retention.fail: required is 90, expected 30 (short)."]
    renamed = GoldenTest("gd.art20.retention.pass", right.rule, right.data)
    assert "is no .pass" in run(pack, renamed)[0]


@pytest.mark.parametrize("name", sorted(packs()))
def test_no_pack_has_an_error(name: str) -> None:
    pack = packs()[name]
    today = max(i.status_checked_on for i in pack.instruments.values() if i.status_checked_on)
    assert [str(f) for f in lint(pack, today) if f.level == ERROR] == []


def test_every_article_of_the_three_texts_has_its_disposition() -> None:
    for pack, instrument, articles in (
        ("cn-44", "gd-238", 42),
        ("cn-1301", "sjz-134", 24),
        ("cn", "sc-799", 34),
    ):
        rows = packs()[pack].coverage[instrument]
        assert sorted(int(row.article) for row in rows) == list(range(1, articles + 1))


def test_guangdong_14_to_19_are_provisional_and_hold_nobody_to_them() -> None:
    pack = packs()["cn-44"]
    for test in pack.tests:
        rule = pack.rules.get(test.rule)
        if rule is None or not test.name.endswith(".fail"):
            continue
        article = int(rule.cites[0].article)
        on = test.data["on"]
        assert isinstance(on, date)
        cell = evaluate(pack, rule, test.data, on)
        assert cell["provisional"] == (14 <= article <= 19)
        against_unit = rule.bearer in ("unit", "contractor")
        assert cell["opens_finding"] == (not (14 <= article <= 19 and against_unit)), test.name
