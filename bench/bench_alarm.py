"""The alarm gateway's figures: against pysiaalarm in the same run, against the commit limit, latencies.

Everything runs on an installation of its own with durable commits. A figure whose generator used more than
90 % of a core is void. `JIFANG_BENCH_SECONDS` shortens the measured time (default 6).
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from alarm_place import ROOT, Place, cpu_seconds, free_port, resident_mb, wait_for_port

from jifang.wire.alarm import SIGNAL_COLUMNS

FIRST = 0x10000
PANELS = 1_000
IDLE = 10_000
PAIRS = 3
SECONDS = float(os.environ.get("JIFANG_BENCH_SECONDS", "6"))
WARM_UP = 1.0
BATCH = 1_000
MOST_GENERATOR_CPU = 0.9


def generator(task: dict[str, Any]) -> dict[str, Any]:
    """Run the load generator to its end."""
    base = {
        "host": "127.0.0.1",
        "first_account": FIRST,
        "warm_up": WARM_UP,
        "seconds": SECONDS,
        "receiver": "1",
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "alarm_load.py")],
        input=json.dumps({**base, **task}) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def condition(text: str) -> None:
    print(f"#   {text}", flush=True)


def figure(name: str, value: float, digits: int = 2, *generators: dict[str, Any]) -> None:
    """Print a figure, or why it is void."""
    most = max((one["cpu"] for one in generators), default=0.0)
    if most > MOST_GENERATOR_CPU:
        print(f"{name}: void", flush=True)
        condition(f"the generator used {most:.0%} of its core")
    else:
        print(f"{name}: {value:.{digits}f}", flush=True)


def commit_milliseconds(place: Place) -> float:
    """Median of a durable commit of one row on this disk."""
    with place.connect("owner") as owner:
        owner.execute("CREATE TABLE bench_commit (n integer)")
        took = []
        for number in range(200):
            began = time.perf_counter()
            owner.execute("INSERT INTO bench_commit VALUES (%s)", (number,))
            took.append((time.perf_counter() - began) * 1000)
        owner.execute("DROP TABLE bench_commit")
    return statistics.median(took)


def commit_limit(place: Place) -> float:
    """Rows a second of bare COPY: the rows the gateway stored, 1 000 a transaction, one connection."""
    columns = ", ".join(SIGNAL_COLUMNS)
    with place.connect("owner") as owner:
        with owner.cursor().copy(
            f"COPY (SELECT {columns} FROM alarm_signal LIMIT 50000) TO STDOUT".encode()  # noqa: S608 (our columns)
        ) as out:
            rows = b"".join(bytes(piece) for piece in out).splitlines(keepends=True)
        batches = [b"".join(rows[at : at + BATCH]) for at in range(0, len(rows) - BATCH + 1, BATCH)]
        statement = f"COPY alarm_signal ({columns}) FROM STDIN".encode()
        stored, began = 0, time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            for batch in batches:
                with owner.cursor().copy(statement) as copy:
                    copy.write(batch)
                stored += BATCH
                if time.perf_counter() - began > SECONDS:
                    break
        return stored / (time.perf_counter() - began)


def against_peer(
    place: Place, gateway: "subprocess.Popen[bytes]", connections: int, rounds: int
) -> tuple[float, ...]:
    """Both receivers in turn with the same frames: medians of ours, of the peer's, and the generators."""
    ours: list[dict[str, Any]] = []
    peers: list[dict[str, Any]] = []
    for number in range(PAIRS):
        task = {
            "mode": "closed",
            "connections": connections,
            "frames_per_connection": max(200, int(120_000 * SECONDS / 6 / connections * 2)),
            "round": rounds + number,
        }
        peer_port = free_port()
        with tempfile.TemporaryFile() as trash:
            peer = subprocess.Popen(
                [
                    sys.executable,
                    str(ROOT / "bench" / "alarm_peer.py"),
                    str(peer_port),
                    str(FIRST),
                    str(connections),
                ],
                stdout=trash,
                stderr=trash,
            )
            try:
                wait_for_port(peer_port, peer)
                peers.append(generator(task | {"port": peer_port}))
            finally:
                peer.kill()
                peer.wait()
        before = cpu_seconds(gateway.pid)
        ours.append(generator(task | {"port": place.port}))
        ours[-1]["gateway_us"] = (cpu_seconds(gateway.pid) - before) / max(1, ours[-1]["answered"]) * 1e6
    own = statistics.median(one["per_second"] for one in ours)
    other = statistics.median(one["per_second"] for one in peers)
    busiest = max(one["cpu"] for one in ours + peers)
    return own, other, busiest, statistics.median(one["gateway_us"] for one in ours)


def main() -> int:
    """Measure and print."""
    place = Place(free_port())
    try:
        place.enrol(FIRST, IDLE)
        gateway = place.gateway()
        print("# alarm gateway: one process, DC-09 over TCP, Contact ID, embedded PostgreSQL, fsync on")
        condition(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start")
        condition(f"durable commit of one row on this disk: {commit_milliseconds(place):.2f} ms")

        own, other, busiest, cost = against_peer(place, gateway, PANELS, 0)
        figure("alarm.ack_durable_ratio_vs_pysiaalarm", own / other, 2, {"cpu": busiest})
        condition(f"{PANELS} connections, one frame on each; ours {own:.0f}/s (commit before ACK),")
        condition(
            f"pysiaalarm {other:.0f}/s (ACK before storing),"
            f" medians of {PAIRS} alternating runs of {SECONDS:g} s"
        )
        condition(f"generator {busiest:.0%} of a core, gateway {cost:.1f} us of CPU a frame")
        limit = commit_limit(place)
        figure("alarm.fraction_of_commit_limit", own / limit, 2, {"cpu": busiest})
        condition(
            f"bare COPY of the same rows, batches of {BATCH}, same table and indexes: {limit:.0f} rows/s"
        )
        own, other, busiest, _ = against_peer(place, gateway, 100, 10)
        condition(
            f"with 100 connections: ours {own:.0f}/s, pysiaalarm {other:.0f}/s, ratio {own / other:.2f}"
        )

        for rate, name in ((200, "alarm.ack_p99_ms_at_200"), (5_000, "alarm.ack_p99_ms_at_5000")):
            seconds = SECONDS * 2
            result = generator(
                {
                    "mode": "open",
                    "connections": PANELS,
                    "port": place.port,
                    "rate": rate,
                    "seconds": seconds,
                    "frames_per_connection": int((seconds + WARM_UP) * rate / PANELS) + 2, "round": 20,
                    "first_account": FIRST + PANELS,
                }
            )  # fmt: skip
            figure(name, result["p99_ms"], 1, result)
            condition(
                f"{PANELS} panels, {rate} frames/s for {seconds:g} s, median {result['p50_ms']:.1f} ms,"
            )
            condition(f"longest {result['max_ms']:.1f} ms, generator {result['cpu']:.0%} of a core")

        gateway.terminate()
        gateway.wait()
        gateway = place.gateway()
        before = resident_mb(gateway.pid)
        idle = subprocess.Popen(
            [sys.executable, str(ROOT / "bench" / "alarm_load.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert idle.stdin is not None
        assert idle.stdout is not None
        task = {
            "mode": "idle",
            "host": "127.0.0.1",
            "port": place.port,
            "connections": IDLE,
            "first_account": FIRST,
        }
        idle.stdin.write(json.dumps(task) + "\n")
        idle.stdin.flush()
        if idle.stdout.readline() != "holding\n":
            raise RuntimeError("the idle panels could not connect")
        busy = cpu_seconds(gateway.pid)
        time.sleep(SECONDS * 2)
        busy = (cpu_seconds(gateway.pid) - busy) / (SECONDS * 2)
        figure("alarm.memory_mb", resident_mb(gateway.pid), 0)
        condition(
            f"{IDLE} connected panels polling once a minute ({busy:.0%} of a core);"
            f" {before:.0f} MB before them"
        )
        idle.stdin.close()
        idle.wait()
        gateway.terminate()
        gateway.wait()
    finally:
        place.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
