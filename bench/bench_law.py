"""Figures of the rule engine. Prints `name: value` lines.

    python bench/bench_law.py [--subjects 100000] [--openfisca]

`--openfisca` builds a throw-away virtual environment with OpenFisca's core and country template (network) and
measures its vectorised style on as many persons, on the same machine: seconds per rule and subject.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from jifang.law.catalogue import Fact
from jifang.law.columns import FINE, MISSING, Column, Table, World
from jifang.law.daycount import number_of
from jifang.law.engine import sweep
from jifang.law.golden import clocks_on
from jifang.law.model import Pack
from jifang.law.outcomes import OUTCOMES, VERDICTS
from jifang.project.commands.packs import all_packs

ON = date(2026, 6, 1)
ROUNDS = 5
CHANNELS = 4
SHARE_OF_MISSING = 0.02
_CHAIN = ("system", "site", "unit")

OPENFISCA = """
import sys, time
import numpy as np
from openfisca_country_template import CountryTaxBenefitSystem
from openfisca_core.simulation_builder import SimulationBuilder
count, best, variables = int(sys.argv[1]), 9e9, ("income_tax", "basic_income", "social_security_contribution")
system = CountryTaxBenefitSystem()
for _ in range(5):
    simulation = SimulationBuilder().build_default_simulation(system, count=count)
    simulation.set_input("salary", "2017-01", np.linspace(0, 5000, count))
    simulation.set_input("birth", "ETERNITY", np.full(count, "1980-01-01", "datetime64[D]"))
    start = time.process_time()
    for variable in variables:
        simulation.calculate(variable, "2017-01")
    best = min(best, time.process_time() - start)
print(best, len(variables))
"""


def best(work: Callable[[], object], calls: int = 1, clock: Callable[[], float] = perf_counter) -> float:
    """Seconds for one call, the best round of five; ``process_time`` leaves out what others use."""
    rounds = []
    for _ in range(ROUNDS):
        start = clock()
        for _ in range(calls):
            work()
        rounds.append((clock() - start) / calls)
    return min(rounds)


def column(fact: Fact, rows: int, random: np.random.Generator, at: int) -> Column:
    """Plausible values, two in a hundred missing, observed within the last day."""
    match fact.type:
        case "boolean":
            value = (random.random(rows) < 0.9).astype(np.float64)
        case "date":
            value = random.integers(number_of(date(2025, 1, 1)), number_of(date(2026, 9, 1)), rows) * 1.0
        case "text":
            value = random.integers(0, len(fact.values), rows) * 1.0
        case "intervals":
            value = np.zeros(rows)
        case _:
            top = min(fact.max, 120.0)
            value = np.floor(random.random(rows) * (top - max(fact.min, 0.0))) + max(fact.min, 0.0)
    status = np.where(random.random(rows) < SHARE_OF_MISSING, MISSING, FINE).astype(np.int8)
    observed = at - random.integers(0, 30 * 3600, rows)
    pauses = None
    if fact.type == "intervals":
        first = np.full((1, rows), 2**62, np.int64)
        some = random.random(rows) < 0.2
        first[0, some] = random.integers(number_of(date(2026, 1, 1)), number_of(ON), some.sum())
        pauses = (first, np.where(first < 2**62, first + 7, 2**62))
    return Column(value, status, observed, np.ones(rows, np.int8), None, None, pauses)


def world_of(packs: list[Pack], rows: int, at: int) -> World:
    """As many subjects of every type, each system with its site, unit and channels."""
    random = np.random.default_rng(1)
    catalogue = {name: fact for pack in packs for name, fact in pack.catalogue.items()}
    kinds = {rule.subject for pack in packs for rule in pack.rules.values()} | {*_CHAIN, "channel"}
    same = np.arange(rows)
    tables = {}
    for kind in sorted(kinds):
        size = rows * CHANNELS if kind == "channel" else rows
        facts = [f for f in catalogue.values() if f.subject == kind and not f.derived]
        up = {}
        if kind in _CHAIN[:2]:
            up = {_CHAIN[_CHAIN.index(kind) + 1]: same}
        elif kind == "channel":
            up = {"system": np.repeat(same, CHANNELS)}
        elif kind != "unit":
            up = {"system": same}
        tables[kind] = Table(kind, range(size), {f.name: column(f, size, random, at) for f in facts}, up)
    return World(catalogue, tables)


def openfisca(rows: int) -> tuple[float, int]:
    """Seconds for its rules on as many persons, and their number."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        install = [str(python), "-m", "pip", "install", "-q", "openfisca-core", "openfisca-country-template"]
        subprocess.run(install, check=True, capture_output=True)
        done = subprocess.run(
            [str(python), "-c", OPENFISCA, str(rows)], check=True, capture_output=True, text=True
        )
    seconds, rules = done.stdout.split()
    return float(seconds), int(rules)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--subjects", type=int, default=100_000)
    parser.add_argument("--openfisca", action="store_true")
    args = parser.parse_args()
    packs = all_packs()
    chosen = [packs["cn"], packs["cn-44"]]
    clocks = clocks_on(ON)
    world = world_of(chosen, args.subjects, clocks.at)
    print(f"# Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}; one core")
    print(f"# {args.subjects} subjects of every type, {CHANNELS} channels a system, 2 % of facts missing")
    print("# from columns to verdict and next_flip of every cell; explanations are made on demand")
    cells = [cell for pack in chosen for cell in sweep(pack, world, clocks).values()]
    number = sum(len(cell.outcome) for cell in cells)
    seconds = best(lambda: [sweep(pack, world, clocks) for pack in chosen])
    alone = best(lambda: [sweep(pack, world, clocks) for pack in chosen], clock=process_time)
    counts = np.bincount(np.concatenate([cell.verdict for cell in cells]), minlength=len(VERDICTS))
    outcomes = len({int(o) for cell in cells for o in np.unique(cell.outcome)})
    print(f"# verdicts: {', '.join(f'{v.value} {c}' for v, c in zip(VERDICTS, counts, strict=True))}")
    print(f"# outcomes met: {outcomes} of {len(OUTCOMES)}; rules: {len(cells)}")
    print(f"law.sweep_cells: {number}")
    print(f"law.sweep_seconds: {seconds:.3f}")
    print(f"law.sweep_cpu_seconds: {alone:.3f}")
    print(f"law.sweep_cpu_ns_per_cell: {alone / number * 1e9:.1f}")
    systems = [r for pack in chosen for r in pack.rules.values() if r.subject == "system"]
    print(f"# of these, rules whose subject is the system: {len(systems)}")
    if args.openfisca:
        theirs, rules = openfisca(args.subjects)
        print(f"# OpenFisca country template: {rules} variables, {args.subjects} persons")
        print(f"law.openfisca_cpu_ns_per_cell: {theirs / rules / args.subjects * 1e9:.1f}")
    calendar = packs["cn"].calendar
    start, pause = date(2026, 9, 21), [(date(2026, 9, 28), date(2026, 10, 9))]
    each = best(lambda: calendar.due(start, 15, "workday", pause), 20_000)
    print(f"law.deadline_us: {each * 1e6:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
