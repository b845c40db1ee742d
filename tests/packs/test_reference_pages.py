"""The reference pages say what packs and engine say."""

from __future__ import annotations

from pathlib import Path

from jifang.law.outcomes import OUTCOMES, VERDICT_OF, VERDICTS
from jifang.law.reference import facts_page, outcomes_table
from tests.law.packs_here import packs

DOCS = Path(__file__).parents[2] / "docs" / "ref"


def test_the_page_of_facts_is_made_from_the_catalogue() -> None:
    assert (DOCS / "facts.md").read_text(encoding="utf-8") == facts_page(packs()), "run: jifang packs facts"


def test_the_page_of_verdicts_holds_every_outcome() -> None:
    assert outcomes_table() in (DOCS / "verdicts.md").read_text(encoding="utf-8")
    assert [VERDICTS[code] for code in VERDICT_OF] == [outcome.verdict for outcome in OUTCOMES]
