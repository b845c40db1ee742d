"""The nine collisions of the texts that bind the same facts, each as a person would ask."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jifang.law.daycount import number_of
from jifang.law.describe import describe
from jifang.law.engine import Engine
from jifang.law.golden import clocks_on
from jifang.law.lenity import choose, versions
from jifang.law.lint import lint, within
from jifang.law.model import Cite, Consequence
from jifang.law.obligations import strictest
from jifang.law.subjects import world_of
from tests.law.packs_here import packs

ON = date(2026, 6, 1)
KEY_TARGET = {"unit.is_key_unit": True, "unit.is_anti_terror_target": True}


def cells(name: str, subjects: list[dict[str, Any]], on: date = ON) -> dict[str, dict[str, Any]]:
    """Every rule of a pack on the first subject of its type."""
    pack = packs()[name]
    clocks = clocks_on(on)
    catalogue = {name: fact for one in packs().values() for name, fact in one.catalogue.items()}
    engine = Engine(pack, world_of(catalogue, subjects, clocks), clocks)
    return {rule.name: describe(engine, rule, engine.evaluate(rule), 0) for rule in engine.rules()}


def city(facts: dict[str, Any], days: list[float]) -> list[dict[str, Any]]:
    """A park with one system and its channels."""
    return [
        {"type": "unit", "id": "u", "facts": {k: v for k, v in facts.items() if k.startswith("unit.")}},
        {"type": "site", "id": "s", "of": "u", "facts": {"site.place_kind": "park"}},
        {
            "type": "system",
            "id": "y",
            "of": "s",
            "facts": {k: v for k, v in facts.items() if k[:5] != "unit."},
        },
        *(
            {"type": "channel", "id": f"c{i}", "of": "y", "facts": {"video.retention_days": n}}
            for i, n in enumerate(days)
        ),
    ]


def test_1_lower_bounds_bind_together_and_the_upper_bound_is_its_own_rule() -> None:
    subjects = city({**KEY_TARGET, "system.area": "public"}, [45, 60])
    gd, cn = cells("cn-44", subjects), cells("cn", subjects)
    assert (gd["gd.art20.retention"]["required"], gd["gd.art20.retention"]["verdict"]) == (90, "violation")
    assert cn["ctl.art32.retention"]["verdict"] == "violation"
    assert cn["sc799.art17.retention"]["verdict"] == "compliant"
    binding = strictest(packs()["cn"], cn.values())
    assert binding["y", "video.retention.minimum"]["rule"] == "ctl.art32.retention"
    # Keeping ninety days by law is no breach of the duty to delete.
    assert cn["sc799.art17.deletion"]["verdict"] == "exempt"
    ordinary = cells("cn", city({"video.purpose_done_age_days": 45}, [45]))
    assert ordinary["sc799.art17.deletion"]["verdict"] == "violation"
    assert ordinary["sc799.art17.retention"]["verdict"] == "compliant"


def test_2_competing_penalties_at_a_target_go_to_a_person() -> None:
    found = cells("cn-44", city({**KEY_TARGET, "system.area": "public"}, [45]))["gd.art20.retention"]
    acts = {one["act"]: one for one in found["consequence"]}
    assert acts["person_chooses"]["cite"]["instrument"] == "ctl-2018"
    fines = {
        one["on"]: (one["min"], one["max"], one["stage"])
        for one in found["consequence"]
        if one["act"] == "fine"
    }
    assert fines["unit"] == (2000, 10000, "not_rectified")
    plain = cells("cn-44", city({"unit.is_key_unit": True, "system.area": "public"}, [10]))[
        "gd.art20.retention"
    ]
    assert "person_chooses" not in {one["act"] for one in plain["consequence"]}


def test_3_cameras_in_private_rooms_keep_both_procedures() -> None:
    facts = {
        "site.place_kind": "park",
        "site.cameras_in_guest_rooms": False,
        "site.cameras_in_dormitories": False,
        "site.cameras_in_sanitary_rooms": True,
        "site.cameras_in_other_private_areas": False,
        "site.audio_in_private_rooms": False,
    }
    subjects = [{"type": "site", "id": "s", "facts": facts}]
    gd, cn = (
        cells("cn-44", subjects)["gd.art10.private_rooms"],
        cells("cn", subjects)["sc799.art8.private_rooms"],
    )
    assert [one["stage"] for one in gd["consequence"]][:2] == ["first", "not_rectified"]
    assert {one["stage"] for one in cn["consequence"]} == {"immediate"}
    assert "gd.p32.higher_10" in {one["id"] for one in gd["consequence"]}
    own, higher = (
        packs()["cn-44"].consequences["gd.p32.unit"],
        packs()["cn-44"].consequences["sc799.p27.unit"],
    )
    assert not within(own, higher)


def test_4_unauthorised_cameras_in_public_lie_partly_outside_the_higher_range() -> None:
    warned = {f.place for f in lint(packs()["cn-44"], ON) if f.check == "range"}
    assert "gd.p32.unit" in warned
    assert "gd.p34_4.unit" not in warned


def test_5_the_renewal_window_is_a_window_and_says_that_the_law_yields_to_it() -> None:
    base = {"certificate.status": "valid", "certificate.expires_on": "2026-07-01"}
    subject = {
        "type": "certificate",
        "id": "z",
        "facts": {**base, "certificate.renewal_applied": "2026-05-20"},
    }
    found = cells("cn-44", [subject])["gd.art15.renewal_window"]
    # Forty days before the end: in time under licensing law 50, too early under the text.
    assert found["outcome"] == "inadmissible_early"
    assert found["cite"][1]["article"] == 50
    assert "interpretation:INT-2026-003" in found["provisional_because"]


def test_6_fifteen_days_are_working_days_by_an_unsigned_reading_and_by_henans_own_words() -> None:
    gd = {"type": "design_review", "id": "r", "facts": {"design_review.accepted_on": "2026-03-02"}}
    hn = {"type": "design_review", "id": "r", "facts": {"design_review.received_on": "2026-03-02"}}
    ours = cells("cn-44", [gd], date(2026, 3, 10))["gd.art17.design_review"]
    theirs = cells("cn-41", [hn], date(2026, 3, 10))["hn.art12.design_review"]
    assert ours["due"] == theirs["due"] == "2026-03-23"
    assert "interpretation:INT-2026-001" in ours["provisional_because"]
    assert theirs["provisional"] is False


def test_7_filing_and_approval_stand_in_different_texts() -> None:
    assert any("filing" in name for name in packs()["cn"].rules if name.startswith("sc799.art14"))
    own = [r for r in packs()["cn-44"].rules.values() if r.subject == "system"]
    assert not any("filed" in fact for rule in own for fact in rule.kind.facts())
    assert not any(
        "approved" in fact
        for r in packs()["cn"].rules.values()
        for fact in r.kind.facts()
        if r.name.startswith("sc799")
    )


@pytest.mark.parametrize(
    ("facts", "guangdong", "order_799"),
    [
        ({"access.role": "guardian", "access.act": "view", "access.unit_consent": True,
          "access.major_loss_and_urgent": False, "access.protects_life_or_property": True},
         "violation", "compliant"),
        ({"access.role": "citizen", "access.act": "view", "access.unit_consent": True,
          "access.major_loss_and_urgent": True}, "compliant", "not_applicable"),
        ({"access.role": "self", "access.act": "copy"}, "violation", "violation"),
    ],
)  # fmt: skip
def test_8_who_may_look_differs(facts: dict[str, Any], guangdong: str, order_799: str) -> None:
    subject = {
        "type": "access",
        "id": "a",
        "facts": {**facts, "unit.is_key_unit": True, "site.place_kind": "park"},
    }
    assert cells("cn-44", [subject])["gd.art26.access"]["verdict"] == guangdong
    assert cells("cn", [subject])["sc799.art21.personal_access"]["verdict"] == order_799


def test_9_an_act_before_the_new_law_decided_after_it() -> None:
    instrument = packs()["cn"].instruments["psal"]
    assert versions(instrument, date(2025, 12, 20), date(2026, 2, 1)) == ("psal-2012", "psal-2025")
    assert versions(instrument, date(2026, 1, 2), date(2026, 2, 1)) == ("psal-2025", "psal-2025")

    def fine(low: float | None, high: float, stage: str = "immediate") -> Consequence:
        return Consequence("x", "fine", "unit", stage, Cite("psal", "50"), low, high)

    assert choose(fine(None, 500), fine(None, 1000)).which == "old"
    assert choose(fine(None, 1000), fine(None, 500)).which == "new"
    assert choose(fine(200, 500), fine(100, 1000)).which == "person"
    assert choose(fine(None, 500), fine(None, 500)).which == "same"
    assert choose(None, fine(None, 500)).which == "old"
    assert choose(fine(None, 500), None).which == "new"
    assert choose(fine(None, 500), fine(None, 100, "not_rectified")).which == "person"


def test_the_scope_router_runs_first_and_leaves_doubt_where_the_place_is_not_known() -> None:
    names = list(cells("cn", city({}, [])))
    routed = [name.startswith("sc799.") for name in names]
    assert routed == sorted(routed, reverse=True)
    assert any(routed)
    expected = {"park": "a_op", "road": "a_gov", "other_public": "b", "non_public": "c"}
    for place, route in expected.items():
        subject = {"type": "site", "id": "s", "facts": {"site.place_kind": place}}
        pack = packs()["cn"]
        engine = Engine(pack, world_of(pack.catalogue, [subject], clocks_on(ON)), clocks_on(ON))
        read = engine.context("site").read("sc799.class")
        assert pack.catalogue["sc799.class"].decode(float(read.value[0])) == route
    unknown = cells("cn", [{"type": "site", "id": "s", "facts": {}}])
    assert unknown["sc799.art8.private_rooms"]["outcome"] == "scope_unknown"
    private = cells("cn", [{"type": "site", "id": "s", "facts": {"site.place_kind": "non_public"}}])
    assert private["sc799.art8.private_rooms"]["verdict"] == "not_applicable"


def test_law_repealed_retroactively_binds_nobody() -> None:
    assert number_of(ON) > 0
    found = cells("cn-44", city({"unit.is_key_unit": True}, [10]), date(2017, 7, 31))
    assert {cell["verdict"] for cell in found.values()} == {"not_applicable"}
