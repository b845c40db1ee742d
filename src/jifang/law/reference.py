"""docs/ref/facts.md from the catalogues, so that the page and the packs cannot differ."""

from __future__ import annotations

import math
from collections.abc import Mapping

from jifang.law.catalogue import Fact
from jifang.law.model import Pack
from jifang.law.outcomes import OUTCOMES

HEAD = """# Facts

The catalogue of facts, made from the packs (`jifang packs facts > docs/ref/facts.md`);
a test holds it. These names stand in `jifang packs evaluate --facts`.

*absent*: what it means that nobody told a fact. `unknown`: nothing is known. `never`: the platform's own
register would hold the event, so it has not happened. A value: the entry in a register is what makes it so.
*max age*: older than this is no evidence. *event*: a day in the future is no evidence yet.
Dates are written `2026-03-01`; intervals as `[["2026-06-08", "2026-06-15"]]`, the first day stopped, the
second running again (`null`: still stopped).
"""


def facts_page(packs: Mapping[str, Pack]) -> str:
    """The whole page."""
    readers: dict[str, list[str]] = {}
    for pack in packs.values():
        for rule in pack.rules.values():
            for name in rule.kind.facts():
                readers.setdefault(name, []).append(rule.name)
    parts = [HEAD]
    for pack in packs.values():
        if not pack.own_facts:
            continue
        parts.append(f"\n## {pack.name}: {pack.title}\n")
        parts.append("| fact | subject | type | 中文 | English | absent | max age | source | read by |")
        parts.append("|---|---|---|---|---|---|---|---|---|")
        for name in sorted(pack.own_facts):
            parts.append(_row(pack.catalogue[name], readers.get(name, [])))
        told = [pack.catalogue[n] for n in sorted(pack.own_facts) if pack.catalogue[n].definition]
        if told:
            parts.append("")
            parts += [f"- `{fact.name}`: {fact.definition}" for fact in told]
    return "\n".join(parts) + "\n"


def _row(fact: Fact, readers: list[str]) -> str:
    kind = fact.type + (f" ({fact.unit})" if fact.unit else "") + (", event" if fact.event else "")
    if fact.values:
        kind += ": " + ", ".join(fact.values)
    if fact.min > -math.inf and fact.max < math.inf:
        kind += f" {fact.min:g}-{fact.max:g}"
    absent = fact.absent if isinstance(fact.absent, str) else str(fact.decode(fact.absent)).lower()
    age = "" if fact.max_age is None else _age(fact.max_age)
    read = ", ".join(readers[:4]) + (f" and {len(readers) - 4} more" if len(readers) > 4 else "")
    cells = (f"`{fact.name}`", fact.subject, kind, fact.zh, fact.en, absent, age, fact.source, read)
    return "| " + " | ".join(cells) + " |"


def _age(seconds: int) -> str:
    hours = seconds // 3600
    return f"{hours // 24} d" if hours % 24 == 0 else f"{hours} h"


def outcomes_table() -> str:
    """The table of docs/ref/verdicts.md."""
    rows = [f"| `{o.word}` | {o.verdict.value} | {o.zh} | {o.en} |" for o in OUTCOMES]
    return "\n".join(["| outcome | verdict | 中文 | English |", "|---|---|---|---|", *rows]) + "\n"
