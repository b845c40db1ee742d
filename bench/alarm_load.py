"""A lean load generator for alarm receivers: one process, epoll, frames built before the clock starts.

Runs as a process of its own (`python bench/alarm_load.py`), so that its CPU share can be told apart from the
receiver's. Reads one JSON object with the task on standard input, prints one with the result.

`mode` closed: every connection has one frame on the way and sends the next when the answer is here.
`mode` open: frames leave at their due times (`rate` a second) whether answers came or not; the latency counts
from the due time, so a stalled receiver cannot hide.
`mode` idle: every connection polls (NULL) and holds; prints `holding` when all have been answered, then polls
each once a minute until standard input ends.
"""

import gc
import json
import resource
import select
import socket
import sys
import time
from typing import Any

from jifang.protocols.dc09 import encode_frame, encode_supervision, format_contact_id


def build(task: dict[str, Any]) -> list[list[bytes]]:
    """Frames by connection: Contact ID burglary, every one with a sequence and zone of its own."""
    frames = []
    first = int(task.get("first_account", 0x1000))
    round_ = int(task.get("round", 0))
    for panel in range(task["connections"]):
        account = f"{first + panel:X}"
        frames.append(
            [
                encode_frame(
                    "ADM-CID",
                    n % 9999 + 1,
                    account,
                    format_contact_id("130", "1", (n // 9999 + round_) % 100, n % 1000),
                    receiver=task.get("receiver"),
                )
                for n in range(task["frames_per_connection"])
            ]
        )
    return frames


def connect(task: dict[str, Any]) -> list[socket.socket]:
    """Open all connections before anything is measured."""
    sockets = []
    for _ in range(task["connections"]):
        sock = socket.create_connection((task["host"], task["port"]), timeout=30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        sockets.append(sock)
    return sockets


def closed_loop(
    task: dict[str, Any], sockets: list[socket.socket], frames: list[list[bytes]]
) -> dict[str, Any]:
    """One frame outstanding on every connection; returns counts and the throughput behind the warm-up."""
    poll = select.epoll()
    state: dict[int, list[Any]] = {}
    for sock, own in zip(sockets, frames, strict=True):
        poll.register(sock.fileno(), select.EPOLLIN)
        state[sock.fileno()] = [sock.recv, sock.send, iter(own), len(own)]
    clock = time.perf_counter
    answered = sent = 0
    for entry in state.values():
        entry[1](next(entry[2]))
        sent += 1
    begin = clock()
    measure_from, end = begin + task["warm_up"], begin + task["warm_up"] + task["seconds"]
    counted_from: tuple[int, float, float] | None = None
    exhausted = 0
    now = begin
    while now < end and exhausted < len(sockets):
        for fd, _ in poll.poll(0.5):
            entry = state[fd]
            data = entry[0](4096)
            if not data:
                poll.unregister(fd)
                exhausted += 1
                continue
            if b'"ACK"' in data:
                answered += 1
            frame = next(entry[2], None)
            if frame is None:
                exhausted += 1
                continue
            entry[1](frame)
            sent += 1
        now = clock()
        if counted_from is None and now >= measure_from:
            counted_from = (answered, now, time.process_time())
    counted_from = counted_from or (0, begin, 0.0)
    wall = now - counted_from[1]
    return {
        "sent": sent,
        "answered": answered,
        "per_second": (answered - counted_from[0]) / wall if wall else 0.0,
        "cpu": (time.process_time() - counted_from[2]) / wall if wall else 0.0,
        "exhausted": exhausted,
    }


def open_loop(
    task: dict[str, Any], sockets: list[socket.socket], frames: list[list[bytes]]
) -> dict[str, Any]:
    """Frames at fixed due times, round robin; latencies from due time to answer in milliseconds."""
    poll = select.epoll()
    waiting: dict[int, list[float]] = {}
    receive = {}
    for sock in sockets:
        poll.register(sock.fileno(), select.EPOLLIN)
        waiting[sock.fileno()] = []
        receive[sock.fileno()] = sock.recv
    rate, count = task["rate"], len(sockets)
    total = int((task["warm_up"] + task["seconds"]) * rate)
    skip = int(task["warm_up"] * rate)
    fds = [sock.fileno() for sock in sockets]
    sends = [sock.send for sock in sockets]
    clock = time.perf_counter
    begin = clock() + 0.05
    cpu = time.process_time()
    latencies: list[float] = []
    sent = answered = 0
    last_due = begin + total / rate
    while answered < total:
        now = clock()
        while sent < total and begin + sent / rate <= now:
            which = sent % count
            waiting[fds[which]].append(begin + sent / rate)
            sends[which](frames[which][sent // count])
            sent += 1
        timeout = max(0.0, begin + sent / rate - clock()) if sent < total else 0.5
        for fd, _ in poll.poll(timeout):
            data = receive[fd](65536)
            if not data:
                raise SystemExit("the receiver closed a connection")
            now = clock()
            for _ in range(data.count(b'"ACK"')):
                latencies.append((now - waiting[fd].pop(0)) * 1000)
                answered += 1
        if clock() > last_due + 30:
            break
    wall = clock() - begin
    measured = sorted(latencies[skip:])

    def pick(share: float) -> float:
        return measured[min(len(measured) - 1, int(len(measured) * share))] if measured else float("inf")

    return {
        "sent": sent,
        "answered": answered,
        "p50_ms": pick(0.50),
        "p99_ms": pick(0.99),
        "max_ms": measured[-1] if measured else float("inf"),
        "cpu": (time.process_time() - cpu) / wall,
    }


def idle(task: dict[str, Any], sockets: list[socket.socket]) -> dict[str, Any]:
    """Supervised panels that have nothing to report."""
    first = int(task.get("first_account", 0x1000))
    polls = [encode_supervision(f"{first + panel:X}") for panel in range(len(sockets))]
    answered = 0
    for sock, poll in zip(sockets, polls, strict=True):
        sock.setblocking(True)
        sock.sendall(poll)
    for sock in sockets:
        answered += b'"ACK"' in sock.recv(4096)
    print("holding", flush=True)
    watch = select.poll()
    watch.register(sys.stdin.fileno(), select.POLLIN | select.POLLHUP)
    pause = 60_000 / len(sockets)
    at = 0
    while not watch.poll(pause):
        sockets[at].sendall(polls[at])
        answered += b'"ACK"' in sockets[at].recv(4096)
        at = (at + 1) % len(sockets)
    return {"answered": answered}


def main() -> int:
    """Do the task in the first line of standard input."""
    task = json.loads(sys.stdin.readline())
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, task["connections"] + 100)), hard))
    frames = [] if task["mode"] == "idle" else build(task)
    sockets = connect(task)
    # The garbage collector has nothing to find here and would only show up as latency.
    gc.collect()
    gc.disable()
    if task["mode"] == "idle":
        result = idle(task, sockets)
    elif task["mode"] == "open":
        result = open_loop(task, sockets, frames)
    else:
        result = closed_loop(task, sockets, frames)
    for sock in sockets:
        sock.close()
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
