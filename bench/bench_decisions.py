"""How many decisions a second write history and ledger together, while others do the same.

    python bench/bench_decisions.py [--threads N] [--each N]

A decision is what an action does: one transaction, its context, a row with history, one ledger entry. Each
thread has its own connection; the sequencer runs beside them once a second, as the job would more rarely. The
database is made for the run and dropped after it.
"""

from __future__ import annotations

import argparse
import threading
from datetime import UTC, datetime
from time import perf_counter

from jifang.project.django_setup import setup

setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from jifang.identity import ledger  # noqa: E402
from jifang.identity.access import SYSTEM  # noqa: E402
from jifang.identity.audit import acting  # noqa: E402
from jifang.identity.models import Region  # noqa: E402


def decide(number: int, count: int, spans: list[float]) -> None:
    """One person's decisions; each on a row of his own."""
    region = Region.objects.create(code=f"{number:06}", name="bench", level="city", path=f"/{number:06}/")
    for turn in range(count):
        start = perf_counter()
        at = datetime.now(UTC)
        with acting(by=SYSTEM, at=at, reason="bench"):
            region.name = f"bench {turn}"
            region.save(update_fields=["name"])
            ledger.append("bench.decision", {"region": region.code}, by=SYSTEM, at=at)
        spans.append(perf_counter() - start)
    connection.close()


def sequence(stop: threading.Event) -> None:
    """What the job does, more often."""
    while not stop.wait(1):
        ledger.sequence()
    connection.close()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--each", type=int, default=300)
    args = parser.parse_args()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        spans: list[float] = []
        stop = threading.Event()
        sequencer = threading.Thread(target=sequence, args=(stop,))
        people = [
            threading.Thread(target=decide, args=(number, args.each, spans)) for number in range(args.threads)
        ]
        start = perf_counter()
        sequencer.start()
        for person in people:
            person.start()
        for person in people:
            person.join()
        seconds = perf_counter() - start
        stop.set()
        sequencer.join()
        begun = perf_counter()
        left = ledger.sequence()
        spans.sort()
        print(f"ledger.decisions_per_s: {len(spans) / seconds:.0f}")
        print(f"ledger.decision_p50_ms: {1000 * spans[len(spans) // 2]:.1f}")
        print(f"ledger.decision_p99_ms: {1000 * spans[int(len(spans) * 0.99)]:.1f}")
        print(f"# {args.threads} threads of one process, {args.each} decisions each, sequencer once a second")
        print(f"# {left} entries were left to place: {1000 * (perf_counter() - begun):.0f} ms")
    finally:
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
