"""`jifang packs`: what lawyers and tests call, with the twelve golden cases as they would write them."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from jifang.project.cli import main
from tests.law.packs_here import ROOT

KEYS = {
    "rule", "verdict", "required", "measured", "cite", "bearer", "next_flip", "consequence", "explanation",
}  # fmt: skip


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Exit status and lines of `jifang packs …`."""
    status = main(["packs", *arguments])
    return status, capsys.readouterr().out.splitlines()


def evaluated(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    subjects: Sequence[dict[str, Any]],
    on: str,
    *more: str,
) -> dict[str, dict[str, Any]]:
    """Rule to cell of the first subject of its type."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"subjects": subjects}), encoding="utf-8")
    status, lines = ask(capsys, "evaluate", "--pack", "cn-44", "--facts", str(path), "--on", on, *more)
    assert status == 0
    cells = [json.loads(line) for line in lines]
    return {cell["rule"]: cell for cell in reversed(cells)}


def recording(facts: dict[str, Any], *days: Any) -> list[dict[str, Any]]:
    channels = [
        {"type": "channel", "id": f"c{n}", "of": "y", "facts": {"video.retention_days": day}}
        for n, day in enumerate(days)
    ]
    return [{"type": "system", "id": "y", "facts": facts}, *channels]


OLD = {"value": 99, "observed_at": "2026-05-20T03:59:59Z", "grade": "reviewed"}
TARGET = {"unit.is_key_unit": True, "unit.is_anti_terror_target": True}
RETENTION = [
    ("key unit, 31 d", {"unit.is_key_unit": True}, [31, 45], "2026-06-01", "compliant", 30, 31),
    ("target, 31 and 95 d", TARGET, [31, 95], "2026-06-01", "violation", 90, 31),
    ("300 h old", {"unit.is_key_unit": True}, [OLD], "2026-06-01", "unknown", 30, None),
    ("before the law", {"unit.is_key_unit": True}, [31], "2017-07-31", "not_applicable", None, None),
    ("public, exactly 30 d", {"system.area": "public"}, [30], "2026-06-01", "compliant", 30, 30),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "days", "on", "verdict", "required", "measured"),
    [r[1:] for r in RETENTION],
    ids=[r[0] for r in RETENTION],
)
def test_retention(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    facts: dict[str, Any],
    days: list[Any],
    on: str,
    verdict: str,
    required: int | None,
    measured: int | None,
) -> None:
    cell = evaluated(capsys, tmp_path, recording(facts, *days), on)["gd.art20.retention"]
    assert (cell["verdict"], cell["required"], cell["measured"]) == (verdict, required, measured)
    assert set(cell) >= KEYS
    assert cell["bearer"] == "unit"
    assert cell["explanation"]["zh"].startswith("采集信息有效存储时间")
    if verdict == "violation":
        assert cell["severity"] == "high"
        worst = next(one for one in cell["explanation"]["because"] if "part" in one)
        assert (worst["part"], worst["value"], worst["of"]) == ("c0", 31, 2)


@pytest.mark.parametrize(
    ("on", "applied", "outcome", "verdict"),
    [
        ("2026-06-20", "2026-06-20", "admissible", "compliant"),
        ("2026-06-20", "2026-05-20", "inadmissible_early", "violation"),
        ("2026-07-02", "2026-07-02", "inadmissible_late", "violation"),
        ("2026-05-01", None, "pending", "pending"),
    ],
)
def test_renewal(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    on: str,
    applied: str | None,
    outcome: str,
    verdict: str,
) -> None:
    facts = {"certificate.status": "valid", "certificate.expires_on": "2026-07-01"}
    if applied is not None:
        facts["certificate.renewal_applied"] = applied
    cell = evaluated(capsys, tmp_path, [{"type": "certificate", "id": "z", "facts": facts}], on)[
        "gd.art15.renewal_window"
    ]
    assert (cell["outcome"], cell["verdict"], cell["bearer"]) == (outcome, verdict, "contractor")
    assert (cell["opens"], cell["closes"]) == ("2026-06-01", "2026-07-01")
    assert cell["provisional"] is True
    assert cell["opens_finding"] is False
    if applied is None:
        assert cell["next_flip"] == "2026-06-01"
    if outcome == "inadmissible_late":
        assert [one["act"] for one in cell["consequence"]] == ["refuse_to_accept"]


@pytest.mark.parametrize(
    ("begin", "pauses", "due"),
    [
        ("2026-09-21", [], "2026-10-19"),
        ("2026-06-01", ["2026-06-08:2026-06-15"], "2026-06-30"),
        ("2026-03-02", [], "2026-03-23"),
        ("2026-06-01", ["2026-06-08:"], None),
    ],
)
def test_deadline(capsys: pytest.CaptureFixture[str], begin: str, pauses: list[str], due: str | None) -> None:
    stops = [word for pause in pauses for word in ("--pause", pause)]
    status, lines = ask(
        capsys, "deadline", "--pack", "cn-44", "--rule", "gd.art17.design_review", "--from", begin, *stops
    )
    told = json.loads(lines[0])
    assert (status, told["due"], told["provisional"], told["bearer"]) == (0, due, True, "authority")


def test_deadline_into_an_unpublished_year_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = ask(
        capsys, "deadline", "--pack", "cn-41", "--rule", "hn.art12.design_review", "--from", "2026-12-21"
    )
    assert json.loads(lines[0])["provisional_because"] == ["calendar:unpublished"]


def test_still_open_at_the_end_of_march_is_the_authoritys_breach(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    subject = {"type": "design_review", "id": "r", "facts": {"design_review.accepted_on": "2026-03-02"}}
    cell = evaluated(capsys, tmp_path, [subject], "2026-03-31")["gd.art17.design_review"]
    assert (cell["verdict"], cell["due"], cell["bearer"]) == ("violation", "2026-03-23", "authority")
    assert cell["opens_finding"] is True


def test_what_was_not_yet_known_does_not_count(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    late = {"value": 31, "observed_at": "2026-06-01T00:00:00Z", "received_at": "2026-06-05T00:00:00Z"}
    subjects = recording({"unit.is_key_unit": True}, late)
    then = evaluated(capsys, tmp_path, subjects, "2026-06-01", "--known", "2026-06-01")["gd.art20.retention"]
    later = evaluated(capsys, tmp_path, subjects, "2026-06-01", "--known", "2026-06-06")["gd.art20.retention"]
    assert (then["verdict"], later["verdict"]) == ("unknown", "compliant")


def test_the_same_question_gives_the_same_bytes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"subjects": recording({"unit.is_key_unit": True}, 12, OLD)}))
    question = ("evaluate", "--pack", "cn-44", "--facts", str(path), "--on", "2026-06-01")
    assert ask(capsys, *question) == ask(capsys, *question)


def test_a_part_knows_what_stands_above_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    subjects = [
        {"type": "unit", "id": "u", "facts": {"unit.is_key_unit": True, "unit.is_anti_terror_target": True}},
        {"type": "site", "id": "s", "of": "u"},
        {"type": "system", "id": "y", "of": "s"},
        {"type": "channel", "id": "c", "of": "y", "facts": {"video.retention_days": 60}},
    ]
    cell = evaluated(capsys, tmp_path, subjects, "2026-06-01")["gd.art20.retention"]
    assert (cell["verdict"], cell["required"], cell["measured"]) == ("violation", 90, 60)


def test_a_laxer_tenant_bound_is_void_and_a_stricter_one_counts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.json"
    for bound, outcome, required in ((45, "short", 45), (20, "configuration_invalid", 30)):
        own.write_text(json.dumps({"gd.art20.retention": bound}))
        subjects = recording({"unit.is_key_unit": True}, 40)
        cell = evaluated(capsys, tmp_path, subjects, "2026-06-01", "--tenant", str(own))["gd.art20.retention"]
        assert (cell["outcome"], cell["required"], cell["verdict"]) == (outcome, required, "violation")


@pytest.mark.parametrize(
    ("subjects", "says"),
    [
        ([{"type": "system", "id": "y", "facts": {"system.arrea": "public"}}], "docs/ref/facts.md"),
        ([{"type": "system", "id": "y", "facts": {"system.area": "pubic"}}], "Give one of"),
        ([{"type": "system", "id": "y", "facts": {"unit.is_key_unit": "yes"}}], "true or false"),
        ([{"type": "system", "id": "y", "of": "nobody"}], "Name a subject"),
        ([{"type": "system", "id": "y"}, {"type": "site", "id": "y"}], "id of its own"),
        (recording({}, {"value": 30, "unit": "months"}), "unit of the catalogue"),
        (recording({}, {"value": 30, "observed_at": "yesterday"}), "not an instant"),
        (recording({}, "thirty"), "Give a number"),
        ({}, "write"),
    ],
)
def test_bad_facts_are_refused_with_field_value_and_remedy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, subjects: Any, says: str
) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"subjects": subjects}))
    assert main(["packs", "evaluate", "--pack", "cn-44", "--facts", str(path), "--on", "2026-06-01"]) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("value", [-3, 1e9, {"value": 31, "observed_at": "2027-01-01T00:00:00Z"}])
def test_absurd_and_future_values_are_unknown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, value: Any
) -> None:
    cell = evaluated(capsys, tmp_path, recording({"unit.is_key_unit": True}, value), "2026-06-01")
    assert cell["gd.art20.retention"]["verdict"] == "unknown"


def test_contradictory_values_of_one_instant_are_unknown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    both = [{"value": n, "observed_at": "2026-06-01T00:00:00Z"} for n in (20, 40)]
    cell = evaluated(capsys, tmp_path, recording({"unit.is_key_unit": True}, both), "2026-06-01")
    assert cell["gd.art20.retention"]["outcome"] == "contradictory"
    both[1]["grade"], both[0]["grade"] = "reviewed", "screening"
    cell = evaluated(capsys, tmp_path, recording({"unit.is_key_unit": True}, both), "2026-06-01")
    assert (cell["gd.art20.retention"]["verdict"], cell["gd.art20.retention"]["measured"]) == (
        "compliant",
        40,
    )


def test_facts_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.StringIO(json.dumps({"subjects": recording({"system.area": "public"}, 30)}))
    )
    status, lines = ask(
        capsys, "evaluate", "--pack", str(ROOT / "cn-44"), "--facts", "-", "--on", "2026-06-01"
    )
    assert status == 0
    assert any(json.loads(line)["rule"] == "gd.art20.retention" for line in lines)


def test_list_lint_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = ask(capsys, "list")
    assert status == 0
    assert any("42 of 42 articles" in line for line in lines)
    status, lines = ask(capsys, "lint", "--on", "2026-11-22")
    assert (status, lines[-1].split(",")[1].strip()) == (0, "0 errors")
    for wanted in ("gd-238:20", "gd.art20", "cn-44/20", "gd.art20.retention"):
        status, lines = ask(capsys, "show", wanted)
        assert status == 0
        assert any("有效存储时间应当不少于 30 日" in line for line in lines)
        assert any("min_retention_days anti_terror: 90 d" in line for line in lines)
    assert main(["packs", "show", "gd-238:99"]) == 1


def test_lint_of_a_pack_with_an_error_fails(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = tmp_path / "cn-1301"
    for path in (ROOT / "cn-1301").rglob("*"):
        if path.is_file():
            to = copy / path.relative_to(ROOT / "cn-1301")
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
    rules = copy / "rules" / "construction.yaml"
    rules.write_text(rules.read_text().replace("应通知技防管理机构参加", "可以通知技防管理机构参加"))
    status, lines = ask(capsys, "lint", str(copy))
    assert (status, any("sjz.art10.office_invited" in line for line in lines)) == (1, True)
    _, lines = ask(capsys, "diff", "cn-1301", str(copy))
    changed = json.loads("\n".join(lines))["rules"]["changed"]
    assert list(changed) == ["sjz.art10.office_invited"]
    rules.write_text("rules: [{rule: x, rule: y}]\n")
    status, lines = ask(capsys, "lint", str(copy))
    assert (status, "stands twice" in lines[0]) == (1, True)
