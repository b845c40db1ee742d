"""From a panel's signal to the operator's screen, with every real process between. Prints `name: value`
lines.

    python bench/bench_duty.py [--seconds N] [--rate N]

Starts `jifang up` on an embedded database of its own (fsync on), registers 1 000 sites with a panel each,
opens 49 push streams and one Chromium on the duty page, and sends 200 DC-09 frames a second, of which one
in twenty is a burglary (a new alarm) and the rest are periodic tests. The clock runs from the moment a
frame was due to the frame of Chromium in which its row is painted; panel, server and browser share this
machine and its clock.

Then 20 000 AC-loss signals of different sites are stored at once, and the engine's throughput is what it
needs to turn them into 20 000 alarms, pages still listening.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.async_api import async_playwright

from jifang.project import django_setup
from jifang.protocols.dc09 import encode_frame, format_contact_id

VAR = Path(tempfile.mkdtemp(prefix="jifang-bench-duty-"))
os.environ["JIFANG_VAR"] = str(VAR)
for inherited in ("JIFANG_DATABASE_URL", "JIFANG_TEST_DATABASE_URL"):
    os.environ.pop(inherited, None)

SITES = 1000
STORM_SITES = 20_000
CLIENTS = 49
ALARM_EVERY = 20
WARM_UP_SECONDS = 5


def free_port() -> int:
    """A TCP port nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


WEB, PANELS = free_port(), free_port()
(VAR / "jifang.toml").write_text(
    f"[web]\nport = {WEB}\n\n[[alarm_gateway.listeners]]\nnumber = 1\nbind = '127.0.0.1'\n"
    f"tcp_port = {PANELS}\nudp_port = 0\n"
)


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=200)
    return parser.parse_args()


def start() -> subprocess.Popen[bytes]:
    """Start everything and wait until the pages answer."""
    log = (VAR / "up.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "jifang.project", "up"], stdout=log, stderr=log, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", WEB), timeout=1):
            if b"jifang is ready" in (VAR / "up.log").read_bytes():
                return process
        if process.poll() is not None:
            break
        time.sleep(0.3)
    print((VAR / "up.log").read_text(), file=sys.stderr)
    raise SystemExit("jifang up did not start")


# The database makes its passwords when it starts, and Django reads them when it is set up.
ASKED = asked()
PROCESS = start()
django_setup.setup()

from django.conf import settings  # noqa: E402  (Django must be set up first, and know where)
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from jifang.identity.roles import Role  # noqa: E402
from jifang.operations.alarms.models import AlarmAccount  # noqa: E402
from jifang.registry.models import Site  # noqa: E402
from tests import fixtures  # noqa: E402


def cpu_seconds() -> dict[str, float]:
    """CPU time so far of every process of the installation, by what it is."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            ours = str(VAR) in words or str(VAR).encode() in (entry / "environ").read_bytes()
            found.append((int(entry.name), int(fields[1]), int(fields[11]) + int(fields[12]), words, ours))
    # The backends of PostgreSQL tell their role instead of their arguments: known by their parent.
    servers = {pid for pid, _parent, _ticks, words, ours in found if ours and "postgres" in words}
    used: dict[str, float] = {}
    for _pid, parent, ticks, words, ours in found:
        if not ours and parent not in servers:
            continue
        name = "postgres" if parent in servers else words.partition("jifang.project ")[2].strip() or "bench"
        used[name] = used.get(name, 0.0) + ticks / os.sysconf("SC_CLK_TCK")
    return used


def prepare() -> list[str]:
    """Register sites and panels, and sign people in; returns the session keys."""
    province = fixtures.make_region("130000", "测试省", "province", None)
    world = fixtures._world("1301", "本地", province)
    common = {"organisation": world.unit, "region": world.station, "alarm_service": world.centre}
    sites = Site.objects.bulk_create(
        [Site(code=f"B{n:05d}", name=f"场所{n:05d}", **common) for n in range(SITES + STORM_SITES)],
        batch_size=5000,
    )
    AlarmAccount.objects.bulk_create(
        [
            AlarmAccount(number=f"{0x1000 + n:X}", site=site, created_at=timezone.now())
            for n, site in enumerate(sites[:SITES])
        ]
    )
    people = [
        fixtures.make_account(f"operator{n}", Role.SERVICE_OPERATOR, world.centre) for n in range(CLIENTS + 1)
    ]
    return [fixtures.sign_in(person).session.session_key or "" for person in people]


async def listen(key: str, heard: set[int], ready: asyncio.Event, stop: asyncio.Event) -> None:
    """One push client: reads the stream and notes which alarms it was told."""
    reader, writer = await asyncio.open_connection("127.0.0.1", WEB, limit=2**24)
    cookie = f"sessionid={key}"
    writer.write(
        "GET /push/duty/?language=zh-hans HTTP/1.1\r\n"
        f"Host: localhost:{WEB}\r\nCookie: {cookie}\r\n\r\n".encode()
    )
    await writer.drain()
    buffer = b""
    while not stop.is_set():
        try:
            data = await asyncio.wait_for(reader.read(65536), 1)
        except TimeoutError:
            continue
        if not data:
            break
        buffer += data
        if b"event: queue" in buffer:
            ready.set()
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            if line.startswith((b'data: {"rows"', b'data: {"total"')):
                heard.update(row["id"] for row in json.loads(line[6:])["rows"])
                ready.set()
    writer.close()


def panels(rate: float, seconds: float, begin: float) -> dict[int, float]:
    """Send frames at their due times over 50 connections; returns when each site's alarm was due."""
    total = int(rate * seconds)
    frames = []
    for n in range(total):
        alarm = n % ALARM_EVERY == 0
        site = n // ALARM_EVERY % SITES if alarm else (n * 7) % SITES
        code = format_contact_id("130" if alarm else "602", "1", 1, 1 if alarm else n % 1000)
        frame = encode_frame("ADM-CID", n % 9999 + 1, f"{0x1000 + site:X}", code)
        frames.append((frame, site if alarm else None))
    sockets = [socket.create_connection(("127.0.0.1", PANELS)) for _ in range(50)]
    for sock in sockets:
        sock.setblocking(False)
    due_at = {}
    for n, (frame, site) in enumerate(frames):
        due = begin + n / rate
        while (now := time.time()) < due:
            time.sleep(min(0.002, due - now))
        sock = sockets[n % len(sockets)]
        with contextlib.suppress(BlockingIOError):
            sock.recv(65536)
        sock.send(frame)
        if site is not None:
            due_at.setdefault(site, due)
    for sock in sockets:
        sock.close()
    return due_at


# Notes for every new row the wall-clock time of the frame in which it was painted.
WATCH = """
() => {
  window.painted = {};
  const note = (row) => {
    const name = row.querySelector('.alarm-place')?.textContent.trim();
    requestAnimationFrame(() => { window.painted[name] ??= performance.timeOrigin + performance.now(); });
  };
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) note(node);
  }).observe(document.getElementById('alarms'), { childList: true });
}
"""


async def measure(keys: list[str], rate: float, seconds: float) -> None:
    """Everything at once: streams, browser, panels."""
    stop = asyncio.Event()
    heard: list[set[int]] = [set() for _ in range(CLIENTS)]
    ready = [asyncio.Event() for _ in range(CLIENTS)]
    streams = [
        asyncio.create_task(listen(key, each, event, stop))
        for key, each, event in zip(keys[1:], heard, ready, strict=True)
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        await context.add_cookies([{"name": "sessionid", "value": keys[0], "url": f"http://localhost:{WEB}"}])
        page = await context.new_page()
        await page.goto(f"http://localhost:{WEB}/duty/")
        await page.wait_for_selector("[data-link-state][data-tone=good]", timeout=30_000)
        await asyncio.gather(*(asyncio.wait_for(event.wait(), 30) for event in ready))
        await page.evaluate(WATCH)
        begin, before = time.time() + 1, cpu_seconds()
        due = await asyncio.to_thread(panels, rate, seconds + WARM_UP_SECONDS, begin)
        await asyncio.sleep(3)
        spent = {name: used - before.get(name, 0.0) for name, used in cpu_seconds().items()}
        cores = ", ".join(
            f"{name} {used / (time.time() - begin):.2f}" for name, used in sorted(spent.items())
        )
        print(f"# cores used: {cores}; load of the machine {os.getloadavg()[0]:.1f}")
        painted: dict[str, float] = await page.evaluate("() => window.painted")
        await report(due, painted, begin, heard, rate, seconds)
        await storm()
        await browser.close()
    stop.set()
    await asyncio.gather(*streams)


async def report(
    due: dict[int, float],
    painted: dict[str, float],
    begin: float,
    heard: list[set[int]],
    rate: float,
    seconds: float,
) -> None:
    """Print the figures of the steady run."""
    latencies, lost = [], 0
    for site, moment in due.items():
        if moment < begin + WARM_UP_SECONDS:
            continue
        seen = painted.get(f"场所{site:05d}")
        if seen is None:
            lost += 1
        else:
            latencies.append(seen - moment * 1000)
    latencies.sort()
    everybody = set.union(*heard)
    missing = sum(len(everybody - each) for each in heard)
    print(f"# {rate:g} frames/s for {seconds:g} s, {len(latencies)} alarms, {CLIENTS} push clients, Chromium")
    print(f"alarm.signal_to_browser_p50_ms: {median(latencies):.0f}")
    print(f"alarm.signal_to_browser_p99_ms: {latencies[int(len(latencies) * 0.99)]:.0f}")
    print(f"alarm.signal_to_browser_max_ms: {latencies[-1]:.0f}")
    print(f"alarm.signal_to_browser_lost: {lost}")
    print(f"alarm.push_clients_missed: {missing}")


async def storm() -> None:
    """Store 20 000 AC losses of 20 000 sites at once and wait for as many alarms."""
    await asyncio.to_thread(_storm)


def _storm() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT processed FROM alarms_cursor")
        before = cursor.fetchone()[0]
        cursor.execute(
            """INSERT INTO alarm_signal (received_at, connection, ordinal, site_id, area, zone, sequence,
                   listener, event_index, encrypted, unregistered, account, protocol, scheme, code,
                   qualifier, event_class)
               SELECT now(), 1, id, id, 1, 0, 1, 1, 0, false, false, 'AC', 'dc09', 'CID', '301', '1',
                   'technical' FROM registry_site WHERE code >= %s""",
            [f"B{SITES:05d}"],
        )
        cursor.execute("NOTIFY alarm_signal")
        begin = time.perf_counter()
        done = before
        while done < before + STORM_SITES and time.perf_counter() - begin < 120:
            time.sleep(0.05)
            cursor.execute("SELECT processed FROM alarms_cursor")
            done = cursor.fetchone()[0]
        took = time.perf_counter() - begin
        cursor.execute("SELECT count(*) FROM alarms_activation WHERE code = '301'")
        made = cursor.fetchone()[0]
        connection.close()
    print(f"# storm: {STORM_SITES} AC losses of as many sites at once, {made} alarms, pages listening")
    print(f"alarm.engine_signals_per_s: {(done - before) / took:.0f}")


def main() -> None:
    """Start, measure, end."""
    try:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        keys = prepare()
        version = connection.cursor().connection.info.server_version // 10000
        connection.close()
        print(f"# {os.cpu_count()} cores, PostgreSQL {version}, Python {platform.python_version()}")
        # The gateway reloads its accounts when they change; give it a moment.
        time.sleep(2)
        asyncio.run(measure(keys, ASKED.rate, ASKED.seconds))
    finally:
        PROCESS.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            PROCESS.wait(20)
        if PROCESS.poll() is None:
            os.killpg(PROCESS.pid, signal.SIGKILL)
        shutil.rmtree(VAR, ignore_errors=True)


if __name__ == "__main__":
    main()
