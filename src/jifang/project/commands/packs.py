"""`jifang packs`: the law as data, for lawyers and tests. Needs neither database nor settings.

Packs stand in `packs/` (docs/ref/packs.md); facts are named in docs/ref/facts.md, verdicts explained in
docs/ref/verdicts.md.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import jifang
from jifang.kernel.clock import law_date
from jifang.kernel.errors import BadInputError
from jifang.law import golden
from jifang.law.daycount import Due, date_of, number_of
from jifang.law.describe import cite_json, consequence_json, describe
from jifang.law.difference import difference
from jifang.law.engine import Engine
from jifang.law.errors import PackError
from jifang.law.kinds.time import Deadline, Window
from jifang.law.lint import ERROR, Finding, lint
from jifang.law.model import Pack, Rule
from jifang.law.obligations import strictest
from jifang.law.pack import ENGINE_VERSION, load, load_all
from jifang.law.quotes import articles
from jifang.law.reference import facts_page
from jifang.law.subjects import world_of
from jifang.project.errors import UserError

SUMMARY = "the law as data: list, lint, show, evaluate, deadline, diff"
_ARTICLE: Final = re.compile(r"([a-z][a-z0-9-]*?)\s*[:/ .]\s*(?:art\.?\s*)?([0-9][0-9.()]*)\Z")
_SUFFIXES: Final = (".yaml", ".md", ".txt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands of `jifang packs`."""
    parser.add_argument("--packs", metavar="DIR", type=Path, help="folder of packs, default packs/ of jifang")
    parts = parser.add_subparsers(dest="do", required=True, metavar="COMMAND")
    parts.add_parser("list", help="packs with their instruments and numbers")
    check = parts.add_parser("lint", help="check packs; status 1 when there is an error")
    check.add_argument("pack", nargs="*", help="names or folders; default all")
    check.add_argument(
        "--tenant", type=Path, metavar="FILE.json", help="a tenant's own bounds: rule to number"
    )
    check.add_argument("--on", type=_day, metavar="DATE", help="the day of the check, default today")
    show = parts.add_parser("show", help="an article beside its rules")
    show.add_argument("article", help="such as gd-238:20, gd.art20 or a rule's name")
    evaluate = parts.add_parser("evaluate", help="facts against a pack, one JSON object per subject and rule")
    evaluate.add_argument("--pack", required=True, metavar="P", help="name or folder")
    evaluate.add_argument(
        "--facts", required=True, metavar="FILE.json", help="subjects with facts; - for stdin"
    )
    evaluate.add_argument(
        "--on", required=True, type=_day, metavar="DATE", help="day of law and of the facts"
    )
    evaluate.add_argument("--known", type=_day, metavar="DATE", help="facts received up to this day")
    evaluate.add_argument("--rule", metavar="R", help="this rule only")
    evaluate.add_argument("--tenant", type=Path, metavar="FILE.json", help="a tenant's own bounds")
    deadline = parts.add_parser("deadline", help="the last day of a rule's period, as JSON")
    deadline.add_argument("--pack", required=True, metavar="P")
    deadline.add_argument("--rule", required=True, metavar="R")
    deadline.add_argument("--from", dest="begin", required=True, type=_day, metavar="DATE")
    deadline.add_argument(
        "--pause",
        action="append",
        default=[],
        metavar="A:B",
        help="stopped from day A up to, not including, B",
    )
    parts.add_parser("facts", help="the page of facts, docs/ref/facts.md")
    change = parts.add_parser("diff", help="what changed between two versions of a pack, as JSON")
    change.add_argument("old", metavar="OLD")
    change.add_argument("new", metavar="NEW")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; returns the exit status."""
    commands: Mapping[str, Callable[[argparse.Namespace], int]] = {
        "list": _list,
        "lint": _lint,
        "show": _show,
        "evaluate": _evaluate,
        "deadline": _deadline,
        "diff": _diff,
        "facts": _facts,
    }
    try:
        return commands[args.do](args)
    except (PackError, BadInputError) as error:
        raise UserError(str(error)) from None


def packs_folder(given: Path | None = None) -> Path:
    """Where the packs are: as given, beside the source, or here."""
    for folder in (given, Path(jifang.__file__).parents[2] / "packs", Path("packs")):
        if folder is not None and folder.is_dir():
            return folder
        if folder is not None and folder == given:
            raise UserError(f"--packs {given}: there is no such folder.")
    raise UserError("No folder packs/ was found; name it with --packs DIR.")


def files_of(folder: Path) -> dict[str, bytes]:
    """A pack's files by their names inside it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _SUFFIXES
    }


def all_packs(given: Path | None = None) -> dict[str, Pack]:
    """Every pack of the folder, loaded."""
    root = packs_folder(given)
    folders = [path for path in sorted(root.iterdir()) if (path / "pack.yaml").is_file()]
    return load_all({folder.name: files_of(folder) for folder in folders})


def one_pack(name: str, given: Path | None = None) -> Pack:
    """A pack by its name, or by its folder (which then replaces the one of that name)."""
    folder = Path(name)
    if (folder / "pack.yaml").is_file():
        root = packs_folder(given)
        if folder.resolve().parent == root.resolve():
            return all_packs(given)[folder.resolve().name]
        others = {pack.name: pack for pack in all_packs(given).values()}
        return load(files_of(folder), others)
    packs = all_packs(given)
    if name not in packs:
        raise UserError(f"No pack {name!r}; there are: {', '.join(packs)}.")
    return packs[name]


def _list(args: argparse.Namespace) -> int:
    for name, pack in all_packs(args.packs).items():
        print(f"{name:<9} {pack.title}  (version {pack.version}, {pack.digest[:12]})")
        print(
            f"          {len(pack.rules)} rules, {len(pack.tests)} tests, "
            f"{len(pack.own_facts)} facts of its own"
        )
        for instrument in (pack.instruments[one] for one in pack.own_instruments):
            rows = pack.coverage.get(instrument.id, ())
            of = f" of {instrument.articles}" if instrument.articles else ""
            checked = instrument.status_checked_on
            print(
                f"          {instrument.id:<11} {instrument.title}: {len(rows)}{of} articles, "
                f"{instrument.coverage}; {instrument.status}, "
                f"{'never checked' if checked is None else 'checked ' + checked.isoformat()}"
            )
    return 0


def _lint(args: argparse.Namespace) -> int:
    today = args.on or law_date(datetime.now(UTC))
    tenant = _tenant(args.tenant)
    findings: list[Finding] = []
    try:
        packs = [one_pack(name, args.packs) for name in args.pack] or list(all_packs(args.packs).values())
    except PackError as error:
        print(f"error: {error} [load]")
        return 1
    for pack in packs:
        mine = {name: value for name, value in tenant.items() if name in pack.rules or len(packs) == 1}
        for finding in lint(pack, today, mine):
            findings.append(finding)
            print(f"{pack.name}: {finding}")
    errors = sum(finding.level == ERROR for finding in findings)
    print(f"{len(packs)} packs, {errors} errors, {len(findings) - errors} warnings")
    return 1 if errors else 0


def _show(args: argparse.Namespace) -> int:
    packs = all_packs(args.packs)
    found = False
    wanted = args.article.strip()
    named = [(p, r) for p in packs.values() for r in p.rules.values() if r.name == wanted]
    if named:
        pack, rule = named[0]
        _print_article(pack, rule.cites[0].instrument, rule.cites[0].article, only=rule.name)
        return 0
    match = _ARTICLE.match(wanted)
    if match is None:
        raise UserError(f"{wanted!r} is no article; write gd-238:20, gd.art20 or a rule's name.")
    key, number = match[1], match[2]
    for pack in packs.values():
        for name in pack.own_instruments:
            by_prefix = any(
                r.name.startswith(f"{key}.") and r.cites[0].instrument == name for r in pack.rules.values()
            )
            covered = any(row.article == number for row in pack.coverage.get(name, ()))
            if covered and (key in (name, pack.name) or by_prefix):
                _print_article(pack, name, number)
                found = True
    if not found:
        raise UserError(
            f"No pack has article {number} of {key!r}; `jifang packs list` names the instruments."
        )
    return 0


def _print_article(pack: Pack, name: str, number: str, only: str | None = None) -> None:
    instrument = pack.instruments[name]
    print(f"{instrument.title}（{name}）第{number}条" if number.isdigit() else f"{instrument.title} {number}")
    text = pack.texts.get(name)
    if text is not None and number.isdigit():
        print(re.sub(r"\n\s*\n", "\n", articles(text)[int(number)]))
    row = next((r for r in pack.coverage.get(name, ()) if r.article == number), None)
    if row is not None:
        print(f"coverage: {row.disposition}{' - ' + row.note if row.note else ''}")
    for rule in pack.rules.values():
        cited = any(cite.instrument == name and cite.article == number for cite in rule.cites)
        if (only is None and cited) or rule.name == only:
            _print_rule(pack, rule)


def _print_rule(pack: Pack, rule: Rule) -> None:
    begin = rule.span.begin.isoformat() if rule.span.begin else "…"
    end = rule.span.end.isoformat() if rule.span.end else "…"
    print(f"\n{rule.name}  [{rule.kind.word}] {rule.title} / {rule.title_en}")
    print(
        f"  bearer {rule.bearer}; subject {rule.subject}; in force {begin} to {end}; "
        f"evidence {rule.evidence_class}"
    )
    print(f"  facts: {', '.join(rule.kind.facts())}")
    if rule.parameter is not None:
        for case in rule.parameter.cases:
            since = case.span.begin.isoformat() if case.span.begin else "…"
            print(f"  {rule.parameter.name} {case.label}: {case.value:g} {rule.parameter.unit} since {since}")
    for cite in rule.cites:
        told = cite_json(pack, cite)
        quote = f" “{cite.quote}” ({told['source']})" if cite.quote else ""
        print(f"  cite: {cite.text()}{quote}")
    for name in rule.interpretations:
        one = pack.interpretations[name]
        print(
            f"  {name}: {one.question} -> {one.answer} "
            f"({'signed by ' + one.decided_by if one.decided_by else 'unsigned'})"
        )
    for name in rule.consequences:
        told = consequence_json(pack, pack.consequences[name])
        amount = f" {told.get('min') or 0}-{told['max']} CNY" if "max" in told else ""
        print(
            f"  then ({told['stage']}): {told['act']} on {told['on']}{amount}, "
            f"{pack.consequences[name].cite.text()}"
        )


def _evaluate(args: argparse.Namespace) -> int:
    pack = one_pack(args.pack, args.packs)
    data = _json(args.facts)
    if not isinstance(data, dict) or set(data) - {"subjects"} or not isinstance(data.get("subjects"), list):
        raise UserError(f'{args.facts}: write {{"subjects": [{{"type": …, "id": …, "facts": {{…}}}}]}}.')
    clocks = golden.clocks_on(args.on, args.known)
    # One file of facts may be asked under several packs: the facts of all of them are known.
    catalogue = {name: fact for one in all_packs(args.packs).values() for name, fact in one.catalogue.items()}
    world = world_of({**catalogue, **pack.catalogue}, data["subjects"], clocks)
    engine = Engine(pack, world, clocks, _tenant(args.tenant))
    cells = []
    for rule in engine.rules():
        if args.rule is not None and rule.name != args.rule:
            continue
        found = engine.evaluate(rule)
        cells += [describe(engine, rule, found, row) for row in range(len(found.outcome))]
    binding = strictest(pack, cells)
    for cell in cells:
        if cell["obligation"] is not None:
            held = binding.get((cell["subject"], cell["obligation"]))
            cell["strictest"] = held is cell
        cell["replay"] = {
            "pack": pack.name,
            "digest": pack.digest,
            "engine": ENGINE_VERSION,
            "on": args.on.isoformat(),
            "known": (args.known or args.on).isoformat(),
        }
        print(json.dumps(cell, ensure_ascii=False))
    return 0


def _deadline(args: argparse.Namespace) -> int:
    pack = one_pack(args.pack, args.packs)
    rule = pack.rules.get(args.rule)
    if rule is None:
        raise UserError(f"The pack {pack.name} has no rule {args.rule!r}.")
    kind, parameter = rule.kind, rule.parameter
    if not isinstance(kind, Deadline | Window) or parameter is None:
        raise UserError(f"{rule.name} is a {rule.kind.word}: only a deadline or a window has a last day.")
    case = next((c for c in parameter.cases if c.span.holds(args.begin)), parameter.cases[0])
    count = int(case.value)
    pauses = [_pause(text) for text in args.pause]
    told: dict[str, Any] = {
        "rule": rule.name,
        "from": args.begin.isoformat(),
        "unit": parameter.unit,
        "count": count,
    }
    if isinstance(kind, Window):
        due = Due(args.begin, True)
        told["opens"] = date_of(number_of(args.begin) - count).isoformat()
    else:
        begin = args.begin
        if kind.not_before is not None:
            begin = max(begin, date_of(kind.not_before))
        due = pack.calendar.due(begin, count, parameter.unit, pauses)
    told["due"] = None if due.day is None else due.day.isoformat()
    told["pauses"] = [[a.isoformat(), None if b is None else b.isoformat()] for a, b in pauses]
    reasons = [] if due.certain else ["calendar:unpublished"]
    reasons += [
        f"interpretation:{n}" for n in rule.interpretations if pack.interpretations[n].decided_by is None
    ]
    told["provisional"] = bool(reasons)
    told["provisional_because"] = reasons
    if kind.warn is not None and due.day is not None:
        told["warn"] = [
            {
                "left": left,
                "unit": kind.warn.unit,
                "on": pack.calendar.before(due.day, left, kind.warn.unit).isoformat(),
            }
            for left in kind.warn.left
        ]
    told["bearer"] = rule.bearer
    told["cite"] = [cite_json(pack, cite) for cite in rule.cites]
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _diff(args: argparse.Namespace) -> int:
    old, new = one_pack(args.old, args.packs), one_pack(args.new, args.packs)
    print(json.dumps(difference(old, new), ensure_ascii=False, indent=2))
    return 0


def _facts(args: argparse.Namespace) -> int:
    print(facts_page(all_packs(args.packs)), end="")
    return 0


def _json(name: str) -> Any:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise UserError(f"{name}: {error.strerror}.") from None
    except ValueError as error:
        raise UserError(f"{name}: this is not JSON: {error}.") from None


def _tenant(path: Path | None) -> dict[str, float]:
    if path is None:
        return {}
    data = _json(str(path))
    if not isinstance(data, dict) or not all(
        isinstance(v, int | float) and not isinstance(v, bool) for v in data.values()
    ):
        raise UserError(f"{path}: write rule names with numbers.")
    return {str(name): float(value) for name, value in data.items()}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-03-01.") from None


def _pause(text: str) -> tuple[date, date | None]:
    first, _, end = text.partition(":")
    try:
        pause = date.fromisoformat(first), date.fromisoformat(end) if end else None
    except ValueError:
        raise UserError(f"--pause {text}: write it as 2026-06-08:2026-06-15.") from None
    if pause[1] is not None and pause[1] < pause[0]:
        raise UserError(f"--pause {text}: the end lies before the beginning.")
    return pause
