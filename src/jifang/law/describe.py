"""One cell as people and programs read it: JSON with citation, consequence and explanation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from jifang.kernel.clock import BEIJING
from jifang.law.columns import BEIJING_S, DAY_S, FINE, REVIEWED
from jifang.law.context import Context
from jifang.law.daycount import NEVER, date_of
from jifang.law.engine import Cells, Engine, force_open
from jifang.law.kinds.conduct import Authorization
from jifang.law.kinds.measure import Rate, Threshold
from jifang.law.kinds.time import Deadline, Window
from jifang.law.model import Cite, Consequence, Pack, Rule
from jifang.law.outcomes import OUTCOMES, VERDICTS, Verdict
from jifang.law.predicates import TRUE, facts_of
from jifang.law.quotes import source_of

UNIT_EN = {"d": "d", "日": "d", "workday": "working days", "day": "days", "month": "months", "year": "years"}


def describe(engine: Engine, rule: Rule, cells: Cells, row: int) -> dict[str, Any]:
    """The JSON object of one subject under one rule."""
    pack = engine.pack
    context = engine.context(rule.subject)
    outcome = OUTCOMES[int(cells.outcome[row])]
    verdict = VERDICTS[int(cells.verdict[row])]
    reasons = list(engine.provisional(rule)) if verdict is not Verdict.NOT_APPLICABLE else []
    if bool(cells.provisional[row]):
        reasons.append("calendar:unpublished")
    labels = {label for label, mask in cells.applied.items() if bool(mask[row])}
    grade, observed = _grade(rule, context, row)
    described: dict[str, Any] = {
        "subject": str(engine.world.tables[rule.subject].ids[row]),
        "type": rule.subject,
        "rule": rule.name,
        "title": {"zh": rule.title, "en": rule.title_en},
        "verdict": verdict.value,
        "outcome": outcome.word,
        "required": number(cells.required[row]),
        "measured": number(cells.measured[row]),
        "unit": rule.parameter.unit if rule.parameter is not None else rule.kind.unit(pack.catalogue),
        "cite": [cite_json(pack, cite) for cite in rule.cites if cite.label is None or cite.label in labels],
        "bearer": rule.bearer,
        "next_flip": instant(int(cells.flip[row])),
        "consequence": _consequences(engine, rule, context, row, outcome.word, verdict),
        "explanation": explain(engine, rule, cells, row),
        "severity": _severity(rule, context, row) if verdict is Verdict.VIOLATION else None,
        "provisional": bool(reasons),
        "provisional_because": reasons,
        "opens_finding": _opens_finding(pack, rule, verdict, reasons),
        "needs_person": outcome.word == "conflict",
        "obligation": rule.obligation,
        "grade": grade,
        "observed_at": observed,
        "evidence_class": rule.evidence_class,
    }
    for key in ("opens", "closes", "due", "done", "start"):
        if key in cells.more:
            described[key] = day(int(cells.more[key][row]))
    if verdict is Verdict.PENDING:
        described["warning"] = warning(engine, rule, cells, row)
    return described


def explain(engine: Engine, rule: Rule, cells: Cells, row: int) -> dict[str, Any]:
    """Why, as one sentence per language and as a tree of the facts that were read."""
    pack, context = engine.pack, engine.context(rule.subject)
    outcome = OUTCOMES[int(cells.outcome[row])]
    names = rule.kind.lacking(context, row)
    if outcome.word == "scope_unknown":
        asked = [*facts_of(rule.scope), *facts_of(rule.exempt)]
        if rule.route and pack.router is not None:
            asked.append(pack.router)
        if rule.parameter is not None:
            asked += [n for case in rule.parameter.cases for n in facts_of(case.when)]
        names = tuple(n for n in dict.fromkeys(asked) if context.read(n).status[row] != FINE)
    facts = [pack.catalogue[name] for name in names]
    unit = rule.parameter.unit if rule.parameter is not None else rule.kind.unit(pack.catalogue)
    values: dict[str, Any] = {
        "required": number(cells.required[row]),
        "measured": number(cells.measured[row]),
        "unit": {"d": "日", "workday": "个工作日", "day": "日", "month": "个月"}.get(unit, unit),
        "unit_en": UNIT_EN.get(unit, unit),
        "bound": "不低于",
        "bound_en": "at least",
        "tenant": number(engine.tenant.get(rule.name, np.nan)),
        "row": "",
        "row_en": "",
        "share": "",
        "coverage": "",
    }
    if isinstance(rule.kind, Threshold) and rule.kind.at_most:
        values |= {"bound": "不高于", "bound_en": "at most"}
    if isinstance(rule.kind, Authorization) and int(cells.more.get("row", [-1] * (row + 1))[row]) >= 0:
        line = rule.kind.table[int(cells.more["row"][row])]
        values |= {"row": line.zh, "row_en": line.en}
    if "parts" in cells.more and int(cells.more["parts"][row]):
        share = int(cells.more["fresh"][row]) / int(cells.more["parts"][row])
        evidence = rule.kind.evidence if isinstance(rule.kind, Threshold | Rate) else None
        values |= {"share": f"{share:.0%}", "coverage": f"{evidence.coverage if evidence else 1:.0%}"}
    for key in ("opens", "closes", "due", "done", "start"):
        values[key] = day(int(cells.more[key][row])) if key in cells.more else None
    cite = rule.cites[0]
    title = pack.instruments[cite.instrument]
    article = f"第{cite.article}条" if cite.article.isdigit() else cite.article
    zh = outcome.zh.format(lacking="、".join(f.zh for f in facts) or "—", **values)
    en = outcome.en.format(lacking=", ".join(f.en for f in facts) or "-", **values)
    return {
        "zh": f"{rule.title}：{zh}（{title.title}{article}）",
        "en": f"{rule.title_en}: {en} ({title.title_en}, {cite.article})",
        "because": _because(engine, rule, context, row),
    }


def _because(engine: Engine, rule: Rule, context: Context, row: int) -> list[dict[str, Any]]:
    """The facts that were read, with value, age and, for parts below, the part that decides."""
    found = []
    reads = [*facts_of(rule.scope), *facts_of(rule.exempt), *rule.kind.facts()]
    if rule.parameter is not None:
        reads += [n for case in rule.parameter.cases for n in facts_of(case.when)]
    for name in dict.fromkeys(reads):
        fact = engine.pack.catalogue[name]
        read = context.read(name)
        told: dict[str, Any] = {"fact": name, "zh": fact.zh, "en": fact.en, "value": None}
        if read.status[row] == FINE:
            if fact.type != "intervals":
                told["value"] = fact.decode(float(read.value[row]))
            told["unit"] = fact.unit
            if read.defaulted is not None and read.defaulted[row]:
                told["absent"] = True
            else:
                told["age_s"] = max(
                    0, engine.clocks.at - int(np.broadcast_to(read.observed, read.value.shape)[row])
                )
        found.append(told)
    evidence = rule.kind.evidence if isinstance(rule.kind, Threshold | Rate) else None
    if evidence is not None and evidence.over is not None and evidence.over in engine.world.tables:
        part = _deciding_part(engine, context, evidence.fact, evidence.over, evidence.reduce, row)
        if part is not None:
            found.append(part)
    return found


def _deciding_part(
    engine: Engine, context: Context, name: str, over: str, how: str, row: int
) -> dict[str, Any] | None:
    read = context.below(over).read(name)
    mine = np.flatnonzero((context.parents(over) == row) & read.fine)
    if not mine.size or how not in ("min", "max"):
        return None
    values = read.value[mine]
    worst = int(mine[int(np.argmin(values) if how == "min" else np.argmax(values))])
    fact = engine.pack.catalogue[name]
    observed = int(np.broadcast_to(read.observed, read.value.shape)[worst])
    return {
        "fact": name,
        "zh": fact.zh,
        "en": fact.en,
        "value": fact.decode(float(read.value[worst])),
        "unit": fact.unit,
        "part": str(engine.world.tables[over].ids[worst]),
        "of": int(mine.size),
        "age_s": max(0, engine.clocks.at - observed),
    }


def _grade(rule: Rule, context: Context, row: int) -> tuple[str | None, str | None]:
    """The lowest grade and the oldest observation of what the rule read: device data is only a lead."""
    grades, seconds = [], []
    for name in rule.kind.facts():
        read = context.read(name)
        if read.status[row] == FINE and not (read.defaulted is not None and read.defaulted[row]):
            grades.append(int(np.broadcast_to(read.grade, read.value.shape)[row]))
            seconds.append(int(np.broadcast_to(read.observed, read.value.shape)[row]))
    evidence = getattr(rule.kind, "evidence", None)
    over = getattr(evidence, "over", None) or getattr(rule.kind, "over", None)
    if over is not None and over in context.world.tables:
        for name in rule.kind.facts():
            read = context.below(over).read(name)
            mine = np.flatnonzero((context.parents(over) == row) & read.fine)
            if mine.size:
                grades.append(int(np.broadcast_to(read.grade, read.value.shape)[mine].min()))
                seconds.append(int(np.broadcast_to(read.observed, read.value.shape)[mine].min()))
    if not grades:
        return None, None
    return ("reviewed" if min(grades) >= REVIEWED else "screening"), instant(min(seconds))


def _opens_finding(pack: Pack, rule: Rule, verdict: Verdict, reasons: list[str]) -> bool:
    if verdict is not Verdict.VIOLATION:
        return False
    # Nobody is held to an article that may no longer be law.
    return not (force_open(pack, rule) and rule.bearer in ("unit", "contractor"))


def _severity(rule: Rule, context: Context, row: int) -> str:
    for predicate, severity in rule.severity_when:
        if int(context.test(predicate).state[row]) == TRUE:
            return severity
    return rule.severity


def _consequences(
    engine: Engine, rule: Rule, context: Context, row: int, word: str, verdict: Verdict
) -> list[dict[str, Any]] | None:
    if verdict is not Verdict.VIOLATION:
        return None
    found = []
    for name in rule.consequences:
        one = engine.pack.consequences[name]
        if one.outcomes and word not in one.outcomes:
            continue
        if one.when is not None and int(context.test(one.when).state[row]) != TRUE:
            continue
        found.append(consequence_json(engine.pack, one))
    return found


def consequence_json(pack: Pack, one: Consequence) -> dict[str, Any]:
    """A consequence; amounts in yuan as the article writes them."""
    found: dict[str, Any] = {
        "id": one.id,
        "act": one.act,
        "on": one.who,
        "stage": one.stage,
        "cite": cite_json(pack, one.cite),
        "discretionary": one.discretionary,
        "concurrent": one.stage == "concurrent",
    }
    if one.max is not None:
        found |= {
            "min": number(np.nan if one.min is None else one.min),
            "max": number(one.max),
            "currency": "CNY",
        }
    if one.authority:
        found["authority"] = one.authority
    if one.note:
        found["note"] = one.note
    return found


def cite_json(pack: Pack, cite: Cite) -> dict[str, Any]:
    """A citation with its quote and whether the stored text holds it."""
    instrument = pack.instruments[cite.instrument]
    found: dict[str, Any] = {
        "instrument": cite.instrument,
        "title": instrument.title,
        "article": int(cite.article) if cite.article.isdigit() else cite.article,
    }
    if cite.paragraph is not None:
        found["paragraph"] = cite.paragraph
    if cite.item is not None:
        found["item"] = cite.item
    if cite.quote:
        found |= {"quote": cite.quote, "source": source_of(pack, cite)}
    if cite.note:
        found["note"] = cite.note
    return found


def warning(engine: Engine, rule: Rule, cells: Cells, row: int) -> dict[str, Any] | None:
    """How near the last day is: units left, the mark reached, the day of the next mark."""
    warn = rule.kind.warn if isinstance(rule.kind, Deadline | Window) else None
    key = "due" if isinstance(rule.kind, Deadline) else "closes"
    if warn is None or int(cells.more[key][row]) >= NEVER:
        return None
    calendar, due = engine.pack.calendar, date_of(int(cells.more[key][row]))
    left = calendar.left(date_of(engine.clocks.today), due, warn.unit)
    reached = sum(left <= mark for mark in warn.left)
    coming = warn.left[reached:]
    return {
        "left": left,
        "unit": warn.unit,
        "level": reached,
        "next": None if not coming else calendar.before(due, coming[0], warn.unit).isoformat(),
    }


def number(value: Any) -> int | float | None:
    """A column's number as JSON: whole where it is whole, None where there is none."""
    value = float(value)
    if np.isnan(value) or np.isinf(value):
        return None
    return int(value) if value == int(value) else round(value, 9)


def day(value: int) -> str | None:
    """A day number as an ISO date."""
    return None if value >= NEVER else date_of(value).isoformat()


def instant(second: int) -> str | None:
    """An instant at Beijing time; the beginning of a date of law is that date."""
    if second >= NEVER or second <= -NEVER:
        return None
    if (second + BEIJING_S) % DAY_S == 0:
        return date_of((second + BEIJING_S) // DAY_S).isoformat()
    return datetime.fromtimestamp(second, UTC).astimezone(BEIJING).isoformat()
