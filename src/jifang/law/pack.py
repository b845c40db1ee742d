"""Loading a pack from a mapping of names to bytes: everything is checked, or the whole pack is refused.

Names are those inside the pack: ``pack.yaml``, ``coverage.yaml``, ``facts.yaml``, ``consequences.yaml``,
``rules/*.yaml``, ``interpretations/*.yaml``, ``calendars/*.yaml``, ``tests/*.yaml``, ``text/*``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from jifang.kernel.errors import BadInputError
from jifang.law import strict_yaml
from jifang.law.catalogue import Fact, read_catalogue
from jifang.law.daycount import UNITS, DayCount, calendar_of
from jifang.law.errors import PackError
from jifang.law.kinds import KINDS, Reader
from jifang.law.kinds.time import Deadline
from jifang.law.model import (
    BEARERS,
    DISPOSITIONS,
    EVIDENCE_CLASSES,
    RANKS,
    Case,
    Cite,
    Consequence,
    CoverageRow,
    GoldenTest,
    Instrument,
    Interpretation,
    Pack,
    Parameter,
    Rule,
    Span,
    Version,
)
from jifang.law.outcomes import CODE
from jifang.law.predicates import compile_predicate
from jifang.law.reading import Part

ENGINE_VERSION = "1"
"""Recorded with every verdict; it changes when the same pack and facts may give another answer."""
SEVERITIES = ("low", "medium", "high")
STAGES = ("first", "concurrent", "not_rectified", "serious", "immediate")
ACTS = (
    "order_to_rectify",
    "warn",
    "fine",
    "confiscate",
    "refuse_to_accept",
    "supervise",
    "discipline",
    "suspend",
    "notify",
    "hand_over",
    "refer",
    "register",
    "person_chooses",
)
PARTIES = ("unit", "individual", "responsible_person", "contractor", "authority", "officer", "any")
_RULE_KEYS = [
    "rule",
    "kind",
    "title",
    "title_en",
    "bearer",
    "subject",
    "obligation",
    "in_force",
    "cite",
    "route",
    "scope",
    "exempt",
    "parameter",
    "severity",
    "consequence",
    "interpretation",
    "related",
    "evidence_class",
    "enabled",
    "lenity",
    "note",
]


def load(files: Mapping[str, bytes], required: Mapping[str, Pack] | None = None) -> Pack:
    """One pack. ``required``: the packs it names under ``requires``, already loaded. Raises ``PackError``."""
    required = required or {}
    if "pack.yaml" not in files:
        raise PackError("pack.yaml", "", "a pack has this file.")
    head = Part("pack.yaml", "", strict_yaml.load("pack.yaml", files["pack.yaml"]))
    head.only(
        ("pack", "title", "title_en", "version", "region", "requires", "instruments", "router", "higher")
    )
    below = []
    for name in head.texts("requires"):
        if name not in required:
            raise head.error("requires", f"the pack {name!r} is not here.")
        below.append(required[name])
    instruments: dict[str, Instrument] = {}
    for pack in below:
        instruments.update(pack.instruments)
    own = [_instrument(part) for part in head.parts("instruments")]
    for instrument in own:
        if instrument.id in instruments:
            raise head.error("instruments", f"{instrument.id!r} stands twice.")
        instruments[instrument.id] = instrument
    texts = _texts(head, own, files)
    own_facts, catalogue = _facts(files, below)
    reader = Reader(catalogue)
    interpretations = {
        one.id: one for name, data in _yaml(files, "interpretations/") for one in _interpretations(name, data)
    }
    consequences = _consequences(files, below, reader, instruments)
    rules: dict[str, Rule] = {}
    for name, data in _yaml(files, "rules/"):
        for rule in _rules(name, data, reader, instruments, consequences, interpretations):
            if rule.name in rules:
                raise PackError(name, rule.name, f"this rule also stands in {rules[rule.name].file}.")
            rules[rule.name] = rule
    calendars = [_calendar(name, data) for name, data in _yaml(files, "calendars/")]
    calendar = calendars[0] if calendars else (below[0].calendar if below else calendar_of((), (), ()))
    router = head.part("router")
    if router is not None:
        router.only(("fact", "rules"))
    return Pack(
        name=head.text("pack"),
        title=head.text("title"),
        title_en=head.text("title_en"),
        version=head.text("version"),
        region=head.text("region", ""),
        requires=head.texts("requires"),
        own_instruments=tuple(one.id for one in own),
        instruments=instruments,
        own_facts=tuple(own_facts),
        catalogue=catalogue,
        rules=rules,
        consequences=consequences,
        interpretations=interpretations,
        coverage=_coverage(files, own),
        tests=tuple(test for name, data in _yaml(files, "tests/") for test in _tests(name, data)),
        texts=texts,
        calendar=calendar,
        digest=digest_of(files, below),
        router=None if router is None else router.text("fact"),
        routed=() if router is None else router.texts("rules"),
        higher=tuple(
            (row.only(("consequence", "within")).text("consequence"), row.text("within"))
            for row in head.parts("higher")
        ),
    )


def load_all(packs: Mapping[str, Mapping[str, bytes]]) -> dict[str, Pack]:
    """Several packs in the order of their requirements; a circle or a missing pack is an error."""
    needs: dict[str, tuple[str, ...]] = {}
    for name, files in packs.items():
        data = strict_yaml.load("pack.yaml", files.get("pack.yaml", b""))
        needs[name] = Part(f"{name}/pack.yaml", "", data).texts("requires")
    loaded: dict[str, Pack] = {}
    while len(loaded) < len(packs):
        ready = [name for name in packs if name not in loaded and all(n in loaded for n in needs[name])]
        if not ready:
            left = sorted(set(packs) - set(loaded))
            raise PackError(f"{left[0]}/pack.yaml", "requires", "the packs it needs are missing or circular.")
        for name in ready:
            loaded[name] = load(packs[name], loaded)
    return loaded


def digest_of(files: Mapping[str, bytes], below: Sequence[Pack] = ()) -> str:
    """SHA-256 over the files and the packs below: what a verdict is replayed with."""
    whole = hashlib.sha256()
    for pack in below:
        whole.update(bytes.fromhex(pack.digest))
    for name in sorted(files):
        whole.update(hashlib.sha256(name.encode()).digest())
        whole.update(hashlib.sha256(files[name]).digest())
    return whole.hexdigest()


def _yaml(files: Mapping[str, bytes], folder: str) -> list[tuple[str, Any]]:
    names = sorted(name for name in files if name.startswith(folder))
    for name in names:
        if not name.endswith(".yaml"):
            raise PackError(name, "", "only .yaml files stand here.")
    return [(name, strict_yaml.load(name, files[name])) for name in names]


def _span(part: Part, key: str = "in_force") -> Span:
    found = part.part(key)
    if found is None:
        return Span()
    found.only(("from", "to"))
    span = Span(found.day("from"), found.day("to"))
    if span.begin is not None and span.end is not None and span.end < span.begin:
        raise found.error("to", "the end lies before the beginning.")
    return span


def _instrument(part: Part) -> Instrument:
    part.only(
        [
            "id",
            "title",
            "title_en",
            "rank",
            "in_force",
            "status",
            "status_checked_on",
            "text",
            "articles",
            "coverage",
            "open_articles",
            "versions",
            "source",
        ]
    )
    articles = part.data.get("articles")
    return Instrument(
        id=part.text("id"),
        title=part.text("title"),
        title_en=part.text("title_en"),
        rank=part.choice("rank", RANKS),
        span=_span(part),
        status=part.choice("status", ("in_force", "unconfirmed", "repealed", "future")),
        status_checked_on=part.day("status_checked_on"),
        text=part.maybe_text("text"),
        articles=None if articles is None else int(part.number("articles")),
        coverage=part.choice("coverage", ("full", "partial"), "partial"),
        open_articles=tuple(part.data.get("open_articles") or ()),
        versions=tuple(
            Version(v.only(("id", "in_force", "title")).text("id"), _span(v), v.text("title", ""))
            for v in part.parts("versions")
        ),
        source=part.text("source", ""),
    )


def _texts(head: Part, own: Iterable[Instrument], files: Mapping[str, bytes]) -> dict[str, str]:
    texts = {}
    for instrument in own:
        if instrument.text is None:
            continue
        content = files.get(instrument.text)
        if content is None:
            raise head.error("instruments", f"the text {instrument.text!r} of {instrument.id} is not here.")
        texts[instrument.id] = content.decode("utf-8")
    return texts


def _facts(files: Mapping[str, bytes], below: Iterable[Pack]) -> tuple[dict[str, Fact], dict[str, Fact]]:
    catalogue: dict[str, Fact] = {}
    for pack in below:
        catalogue.update(pack.catalogue)
    own: dict[str, Fact] = {}
    if "facts.yaml" in files:
        own = read_catalogue("facts.yaml", strict_yaml.load("facts.yaml", files["facts.yaml"]))
    for name in own:
        if name in catalogue:
            raise PackError("facts.yaml", name, "a pack below already has this fact.")
    catalogue.update(own)
    for fact in own.values():
        for i, row in enumerate(fact.derived):
            if row.value not in fact.values:
                raise PackError("facts.yaml", f"{fact.name}.derived[{i}]", f"{row.value!r} is no value.")
            if row.when is not None:
                compile_predicate("facts.yaml", f"{fact.name}.derived[{i}]", row.when, catalogue)
    return own, catalogue


def _cite(part: Part, instruments: Mapping[str, Instrument]) -> Cite:
    part.only(("instrument", "article", "paragraph", "item", "quote", "for", "note"))
    instrument = part.text("instrument")
    if instrument not in instruments:
        raise part.error("instrument", f"{instrument!r} is not declared in any pack.")
    article = part.data.get("article")
    if isinstance(article, bool) or not isinstance(article, int | str):
        raise part.error("article", "a number, or a clause such as '3.5.2(5)', is needed.")
    paragraph, item = part.data.get("paragraph"), part.data.get("item")
    return Cite(
        instrument,
        str(article),
        None if paragraph is None else int(part.number("paragraph")),
        None if item is None else int(part.number("item")),
        part.text("quote", ""),
        part.maybe_text("for"),
        part.text("note", ""),
    )


def _interpretations(file: str, data: Any) -> list[Interpretation]:
    whole = Part(file, "", data)
    found = []
    for name in whole.data:
        part = whole.need(name).only(("question", "answer", "proposed", "decided_by", "decided_on"))
        found.append(
            Interpretation(
                name,
                part.text("question"),
                part.text("answer"),
                part.maybe_text("decided_by"),
                part.day("decided_on"),
                part.text("proposed", ""),
            )
        )
    return found


def _consequences(
    files: Mapping[str, bytes],
    below: Iterable[Pack],
    reader: Reader,
    instruments: Mapping[str, Instrument],
) -> dict[str, Consequence]:
    found: dict[str, Consequence] = {}
    for pack in below:
        found.update(pack.consequences)
    file = "consequences.yaml"
    if file not in files:
        return found
    whole = Part(file, "", strict_yaml.load(file, files[file]))
    for name in whole.data:
        part = whole.need(name).only(
            [
                "act",
                "who",
                "stage",
                "cite",
                "min",
                "max",
                "discretionary",
                "authority",
                "note",
                "when",
                "outcomes",
            ]
        )
        low, high = part.data.get("min"), part.data.get("max")
        act = part.choice("act", ACTS)
        if (act == "fine") != (high is not None):
            raise part.error("max", "a fine has an upper end, nothing else has.")
        one = Consequence(
            name,
            act,
            part.choice("who", PARTIES, "any"),
            part.choice("stage", STAGES),
            _cite(part.need("cite"), instruments),
            None if low is None else part.number("min"),
            None if high is None else part.number("max"),
            part.flag("discretionary"),
            part.text("authority", ""),
            part.text("note", ""),
            reader.predicate(part, "when"),
            part.texts("outcomes"),
        )
        if one.min is not None and one.max is not None and one.min > one.max:
            raise part.error("min", "the lower end lies above the upper.")
        for word in one.outcomes:
            if word not in CODE:
                raise part.error("outcomes", f"no outcome {word!r}.")
        found[name] = one
    return found


def _rules(
    file: str,
    data: Any,
    reader: Reader,
    instruments: Mapping[str, Instrument],
    consequences: Mapping[str, Consequence],
    interpretations: Mapping[str, Interpretation],
) -> list[Rule]:
    whole = Part(file, "", data).only(("defaults", "rules"))
    defaults = dict(whole.data.get("defaults") or {})
    found = []
    for part in whole.parts("rules"):
        name = part.text("rule")
        full = Part(file, name, {**defaults, **part.data})
        found.append(_rule(full, reader, instruments, consequences, interpretations))
    return found


def _rule(
    part: Part,
    reader: Reader,
    instruments: Mapping[str, Instrument],
    consequences: Mapping[str, Consequence],
    interpretations: Mapping[str, Interpretation],
) -> Rule:
    word = part.choice("kind", KINDS)
    kind = KINDS[word]
    part.only((*_RULE_KEYS, kind.block))
    body = kind.read(part.need(kind.block), reader)
    parameter = _parameter(part, reader)
    if kind.needs_parameter and parameter is None:
        raise part.error("parameter", f"a {word} needs one.")
    if isinstance(body, Deadline) and parameter is not None:
        if parameter.unit not in UNITS:
            raise part.error("parameter", f"the unit of a deadline is one of {', '.join(UNITS)}.")
        body = Deadline(**{**body.__dict__, "units": parameter.unit})
    severity = part.part("severity")
    if severity is not None:
        severity.only(("default", "when"))
    for name in part.texts("consequence"):
        if name not in consequences:
            raise part.error("consequence", f"{name!r} stands in no consequences.yaml.")
    for name in part.texts("interpretation"):
        if name not in interpretations:
            raise part.error("interpretation", f"{name!r} stands in no file below interpretations/.")
    cites = tuple(_cite(one, instruments) for one in part.parts("cite"))
    if not cites:
        raise part.error("cite", "a rule cites its article.")
    return Rule(
        name=part.text("rule"),
        kind=body,
        title=part.text("title"),
        title_en=part.text("title_en"),
        bearer=part.choice("bearer", BEARERS),
        subject=part.text("subject"),
        span=_span(part),
        cites=cites,
        file=part.file,
        obligation=part.maybe_text("obligation"),
        route=part.texts("route"),
        scope=reader.predicate(part, "scope"),
        exempt=reader.predicate(part, "exempt"),
        parameter=parameter,
        severity="medium" if severity is None else severity.choice("default", SEVERITIES, "medium"),
        severity_when=()
        if severity is None
        else tuple(
            (
                compile_predicate(
                    row.file, row.place, row.only(("if", "then")).data.get("if"), reader.catalogue
                ),
                row.choice("then", SEVERITIES),
            )
            for row in severity.parts("when")
        ),
        consequences=part.texts("consequence"),
        interpretations=part.texts("interpretation"),
        related=part.texts("related"),
        evidence_class=part.choice("evidence_class", EVIDENCE_CLASSES, "T"),
        enabled=part.flag("enabled", True),
        lenity=part.flag("lenity"),
        note=part.text("note", ""),
    )


def _parameter(rule: Part, reader: Reader) -> Parameter | None:
    part = rule.part("parameter")
    if part is None:
        return None
    part.only(("name", "unit", "combine", "cases", "guard"))
    cases = []
    for case in part.parts("cases"):
        case.only(("label", "value", "from", "to", "when", "overrides"))
        cases.append(
            Case(
                case.text("label"),
                case.number("value"),
                Span(case.day("from"), case.day("to")),
                reader.predicate(case, "when"),
                case.texts("overrides"),
            )
        )
    if not cases:
        raise part.error("cases", "a parameter has at least one case.")
    guard = part.part("guard")
    return Parameter(
        part.text("name"),
        part.text("unit", ""),
        tuple(cases),
        None if part.data.get("combine") is None else part.choice("combine", ("max", "min")),
        None
        if guard is None
        else guard.only(("direction",)).choice("direction", ("raise_only", "lower_only")),
    )


def _coverage(files: Mapping[str, bytes], own: Iterable[Instrument]) -> dict[str, tuple[CoverageRow, ...]]:
    file = "coverage.yaml"
    if file not in files:
        return {}
    ids = {one.id for one in own}
    whole = Part(file, "", strict_yaml.load(file, files[file]))
    found: dict[str, tuple[CoverageRow, ...]] = {}
    for instrument in whole.data:
        if instrument not in ids:
            raise PackError(file, str(instrument), "this pack has no such instrument.")
        rows = []
        for article in whole.need(instrument).data:
            part = Part(file, f"{instrument}.{article}", whole.data[instrument][article])
            part.only(("disposition", "rules", "note"))
            rows.append(
                CoverageRow(
                    str(article),
                    part.choice("disposition", DISPOSITIONS),
                    part.texts("rules"),
                    part.text("note", ""),
                )
            )
        found[instrument] = tuple(rows)
    return found


def _calendar(file: str, data: Any) -> DayCount:
    part = Part(file, "", data).only(("calendar", "title", "years"))
    off: list[date] = []
    on: list[date] = []
    years: list[int] = []
    for year in part.parts("years"):
        year.only(("year", "notice", "off", "on"))
        year.text("notice")
        years.append(int(year.number("year")))
        off.extend(year.data.get("off") or [])
        on.extend(year.data.get("on") or [])
    try:
        return calendar_of(off, on, years)
    except BadInputError as error:
        raise PackError(file, "years", str(error)) from None


def _tests(file: str, data: Any) -> list[GoldenTest]:
    whole = Part(file, "", data)
    found = []
    for name in whole.data:
        part = whole.need(name)
        part.only(("on", "known", "facts", "parts", "above", "expect", "type"))
        rule, _, ending = name.rpartition(".")
        if ending not in ("pass", "fail", "unknown"):
            raise PackError(file, name, "the name of a test ends in .pass, .fail or .unknown.")
        found.append(GoldenTest(name, rule, part.data))
    return found
