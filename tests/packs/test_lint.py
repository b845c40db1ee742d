"""Each check of `packs lint`, by a fault planted in a pack that is otherwise sound."""

# ruff: noqa: E501 - tables of planted faults, a line each
from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from jifang.law.errors import PackError
from jifang.law.lint import ERROR, WARNING, Finding, lint
from jifang.law.pack import load
from tests.law.packs_here import files, packs

ON = date(2026, 6, 1)


def planted(name: str, file: str, old: str, new: str, count: int = 1) -> list[Finding]:
    """The remarks on a pack in which some words of one file were replaced."""
    mine = dict(files()[name])
    text = mine[file].decode()
    assert old in text, "the fault cannot be planted"
    mine[file] = text.replace(old, new, count).encode()
    return lint(load(mine, {n: p for n, p in packs().items() if n != name}), ON)


def has(findings: list[Finding], level: str, check: str, place: str) -> bool:
    return any((f.level, f.check) == (level, check) and place in f.place for f in findings)


REFUSED: list[tuple[str, str, str, str, str]] = [
    ("unknown key", "rules/retention.yaml", "  title: 采集", "  titel: 采集", "unknown key"),
    ("unknown key below", "rules/retention.yaml", "    coverage: 0.95", "    coverage_share: 0.95", "unknown key"),
    ("duplicate key", "rules/retention.yaml", "  title: 采集", "  title: 另一\n  title: 采集", "stands twice"),
    ("unknown fact", "rules/retention.yaml", "fact: video.retention_days", "fact: video.retention_dayz", "not in the catalogue"),
    ("unknown fact in scope", "rules/retention.yaml", "system.area: public", "system.arrea: public", "not in the catalogue"),
    ("unknown value", "rules/retention.yaml", "system.area: public", "system.area: pubic", "not a value"),
    ("unknown consequence", "rules/retention.yaml", "gd.p34_4.order", "gd.p34_9.order", "consequences.yaml"),
    ("unknown instrument", "rules/retention.yaml", "instrument: ctl-2018", "instrument: ctl-1918", "not declared"),
    ("unknown interpretation", "rules/licences.yaml", "INT-2026-003", "INT-2026-999", "interpretations"),
    ("unknown kind", "rules/retention.yaml", "kind: threshold", "kind: formula", "not one of"),
    ("unknown bearer", "rules/retention.yaml", "bearer: unit", "bearer: everyone", "not one of"),
    ("alias", "rules/retention.yaml", "  title: 采集", "  title: &a 采集", "aliases"),
    ("no citation", "rules/use.yaml", "  cite:\n  - {instrument: gd-238, article: 21, item: 1, quote: 建立健全运行维护管理机制}\n", "  cite: []\n", "cites its article"),
    ("test of no kind", "tests/retention.yaml", "gd.art20.retention.fail:", "gd.art20.retention.bad:", "ends in"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "says"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_a_pack_with_an_error_is_rejected_whole(file: str, old: str, new: str, says: str) -> None:
    with pytest.raises(PackError, match=says):
        planted("cn-44", file, old, new)


def test_a_quote_that_the_text_does_not_hold() -> None:
    found = planted(
        "cn-44", "rules/retention.yaml", "有效存储时间应当不少于 30 日", "有效存储时间应当不少于 31 日"
    )
    assert has(found, ERROR, "quote", "gd.art20.retention")


def test_a_quote_of_the_wrong_article() -> None:
    found = planted("cn-44", "rules/construction.yaml", "article: 13, quote", "article: 14, quote")
    assert has(found, ERROR, "quote", "gd.art13.certificates")


def test_white_space_in_a_quote_does_not_count() -> None:
    found = planted(
        "cn-44", "rules/retention.yaml", "有效存储时间应当不少于 30 日", "有效 存储时间应当不少于30日"
    )
    assert not has(found, ERROR, "quote", "")


def test_a_rule_on_a_stored_text_quotes_it() -> None:
    found = planted("cn-1301", "rules/construction.yaml", ", quote: 应通知技防管理机构参加", "")
    assert has(found, ERROR, "quote", "sjz.art10.office_invited")


def test_an_article_without_a_row() -> None:
    found = planted("cn-44", "coverage.yaml", "  28: {disposition: procedure}\n", "")
    assert has(found, ERROR, "coverage", "gd-238")


def test_a_rule_that_no_row_names() -> None:
    found = planted("cn-44", "coverage.yaml", "gd.art20.retention", "gd.art27.two_officers")
    assert has(found, ERROR, "coverage", "gd.art20.retention")


def test_a_row_that_names_a_rule_that_is_not_there() -> None:
    found = planted("cn-44", "coverage.yaml", "gd.art20.retention", "gd.art20.retentoin")
    assert has(found, ERROR, "coverage", "gd-238 20")


def test_a_day_without_a_value() -> None:
    found = planted(
        "cn-44",
        "rules/retention.yaml",
        "label: base, value: 30, from: 2017-08-01",
        "label: base, value: 30, from: 2018-01-01",
    )
    assert not has(
        found, ERROR, "gap", ""
    )  # the case for targets still stands on those days, under a condition
    found = planted(
        "cn",
        "rules/sc799.yaml",
        "{label: base, value: 30, from: 2025-04-01}",
        "{label: base, value: 30, from: 2025-04-02}",
    )
    assert has(found, ERROR, "gap", "sc799.art17.retention")


def test_a_value_that_ends_before_the_rule() -> None:
    found = planted(
        "cn",
        "rules/sc799.yaml",
        "{label: base, value: 30, from: 2025-04-01}",
        "{label: base, value: 30, from: 2025-04-01, to: 2030-01-01}",
    )
    assert has(found, ERROR, "gap", "sc799.art17.retention")


def test_two_values_on_one_day_without_a_rule_to_combine_them() -> None:
    found = planted("cn-44", "rules/retention.yaml", "    combine: max\n", "")
    assert has(found, ERROR, "overlap", "gd.art20.retention")


def test_a_rule_without_its_three_tests() -> None:
    found = planted(
        "cn-44", "tests/retention.yaml", "gd.art20.retention.fail:", "gd.art20.retention.other.unknown:"
    )
    assert has(found, ERROR, "test", "gd.art20.retention")
    assert any("tests are lacking: .fail" in f.text for f in found)


def test_a_test_that_fails() -> None:
    found = planted("cn-44", "tests/retention.yaml", "required: 90", "required: 60")
    assert has(found, ERROR, "test", "gd.art20.retention")


def test_a_test_of_no_rule() -> None:
    found = planted("cn-44", "tests/retention.yaml", "gd.art20.retention.fail:", "gd.art99.nothing.fail:")
    assert has(found, ERROR, "test", "gd.art99.nothing.fail")


def test_a_routed_instrument_says_for_which_classes() -> None:
    found = planted("cn", "rules/sc799.yaml", "  route: [a_gov, a_op]\n", "")
    assert has(found, ERROR, "router", "sc799.art7.who_may_install")


def test_a_class_that_the_router_does_not_know() -> None:
    found = planted("cn", "rules/sc799.yaml", "  route: [a_gov, a_op]\n", "  route: [a_gov, d]\n", 2)
    assert has(found, ERROR, "router", "sc799")


def test_what_is_only_recalled_ships_disabled() -> None:
    found = planted("gb", "rules/gb50348.yaml", "  enabled: false\n", "")
    assert has(found, ERROR, "recalled", "gb50348.acceptance_score")


def test_a_fine_outside_the_higher_range_is_a_warning() -> None:
    assert has(lint(packs()["cn-44"], ON), WARNING, "range", "gd.p32.unit")
    mended = planted("cn-44", "consequences.yaml", "max: 30000", "max: 20000", 99)
    assert not has(mended, WARNING, "range", "gd.p32.unit")


def test_an_instrument_not_checked_for_180_days_is_a_warning() -> None:
    assert has(lint(packs()["gb"], date(2027, 4, 2)), WARNING, "age", "gb-55029")
    assert not has(lint(packs()["gb"], date(2027, 4, 1)), WARNING, "age", "gb-55029")
    assert has(lint(packs()["cn-44"], ON), WARNING, "age", "gd-238")


def test_an_unsigned_interpretation_is_a_warning_and_signing_ends_it() -> None:
    assert has(lint(packs()["cn-44"], ON), WARNING, "interpretation", "INT-2026-001")
    signed = planted("cn-44", "interpretations/open.yaml", "decided_by: null", "decided_by: 法制处 张三")
    assert not has(signed, WARNING, "interpretation", "INT-2026-001")


@pytest.mark.parametrize(("rule", "value", "bad"), [
    ("gd.art20.retention", 60, False), ("gd.art20.retention", 20, True),
    ("gd.art17.design_review", 10, False), ("gd.art17.design_review", 20, True),
    ("gd.art15.renewal_window", 40, True), ("gd.art21.plan", 1, True),
])  # fmt: skip
def test_a_tenant_may_be_stricter_never_laxer(rule: str, value: float, bad: bool) -> None:
    assert has(lint(packs()["cn-44"], ON, {rule: value}), ERROR, "tenant", rule) == bad


def test_versions_of_an_instrument_leave_no_day_out() -> None:
    found = planted("cn", "pack.yaml", "to: 2025-12-31", "to: 2025-12-30")
    assert has(found, ERROR, "gap", "psal")


@pytest.mark.parametrize(
    "spoil", [lambda b: b[: len(b) // 2] + b"\xff", lambda b: b + b"\nx: [", lambda b: b"- a"]
)
def test_broken_files_are_refused_and_nothing_else(spoil: Callable[[bytes], bytes]) -> None:
    for file in ("pack.yaml", "coverage.yaml", "rules/use.yaml", "tests/use.yaml", "consequences.yaml"):
        mine = dict(files()["cn-44"])
        mine[file] = spoil(mine[file])
        with pytest.raises(PackError):
            load(mine, packs())
