"""How fast the registry's pages answer with 100 000 sites and 1 000 000 points. Prints `name: value` lines.

    python bench/bench_web.py [--rounds N] [--keep]

Builds its own database on the server that the tests use; `--keep` leaves it for the next run. Every page
goes through the whole of Django (middleware, rights, queries, templates) in one process; the network and the
TLS of the web server are not in the figures. Each reader sees his own rows: an officer the whole city,
another one police-station area, a unit its own sites, a contractor its systems, an alarm centre its clients.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Iterator
from statistics import median
from time import perf_counter

import django

from jifang.project.django_setup import setup

setup()

from django.conf import settings  # noqa: E402  (Django must be set up first)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from bench import web_data  # noqa: E402
from jifang.identity.models import Account, Organisation, Region  # noqa: E402
from jifang.identity.roles import Role  # noqa: E402
from tests.fixtures import make_account, sign_in  # noqa: E402
from tests.postgres import point_django_at_it  # noqa: E402

DATABASE = "jifang_bench_web"
LISTS = (
    "/registry/site/",
    "/registry/site/?page=200",
    "/registry/site/?sort=-code",
    "/registry/site/?status=suspended",
    "/registry/site/?gd9_item=9.4&risk_level=1",
    "/registry/site/?order799_class=unknown",
    "/registry/site/?region=449803",
    "/registry/site/?q=珠宝店",
    "/registry/site/?q=中山路 12号",
    "/registry/system/",
    "/registry/system/?kind=video&days_below=60",
    "/registry/device/",
    "/registry/device/?kind=camera&status=suspended",
    "/registry/device/?q=枪机",
    "/registry/device/?sort=kind",
    "/registry/point/",
    "/registry/point/?page=200",
    "/registry/point/?kind=door",
    "/registry/point/?principle=contact&status=suspended",
    "/registry/point/?region=449803&kind=camera",
    "/registry/point/?q=金库",
    "/registry/point/?q=3层东门门磁",
    "/registry/point/?site=S054321",
    "/registry/contact/",
    "/registry/contact/?q=王伟",
    "/registry/organisation/?q=银行",
)
SEARCHES = (
    "/search/?q=金库",
    "/search/?q=长安珠宝店",
    "/search/?q=S054321",
    "/search/?q=44980100001320123456",
    "/search/?q=东门红外",
    "/search/?q=解放路 88号",
    "/search/?q=13900012345",
    "/search/?q=没有这样的东西",
)
DETAILS = ("site", "system", "device", "point", "contact")


def readers() -> dict[str, Client]:
    """One browser for each kind of reader."""
    city = Region.objects.get(code=f"{web_data.CITY}00")
    station = Region.objects.filter(level="station").order_by("code")[0]
    authority = Organisation.objects.create(
        kind="authority", name="样本市公安局", region=city, path="/900001/"
    )
    unit = Organisation.objects.get(pk=8)
    contractor = Organisation.objects.get(pk=3)
    centre = Organisation.objects.get(pk=4)
    made: dict[str, Account] = {
        "officer of the city": make_account("city", Role.AUTHORITY_OFFICER, authority, region=city),
        "officer of a station": make_account("station", Role.AUTHORITY_OFFICER, authority, region=station),
        "manager of a unit": make_account("unit", Role.UNIT_MANAGER, unit),
        "contractor": make_account("contractor", Role.CONTRACTOR, contractor),
        "alarm centre": make_account("centre", Role.SERVICE_OPERATOR, centre),
    }
    return {name: sign_in(account) for name, account in made.items()}


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """Every address to ask for, with its group; details are of the first rows of the reader's own lists."""
    for address in LISTS:
        yield "list", address
    for address in SEARCHES:
        yield "search", address
    for key in DETAILS:
        answer = client.get(f"/registry/{key}/")
        rows = answer.context["page"].rows if answer.status_code == 200 and answer.context else []
        for row in rows[:2]:
            yield "detail", f"/registry/{key}/{row.pk}/"


def quantile(values: list[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(rounds: int) -> None:
    """Ask for every page as every reader, and print."""
    times: dict[str, list[float]] = {"list": [], "search": [], "detail": []}
    slow: list[tuple[float, str, str]] = []
    most_queries = 0
    for reader, client in readers().items():
        for group, address in pages(client):
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address)
            if answer.status_code == 404:
                continue
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code} for the {reader}")
            most_queries = max(most_queries, len(captured))
            spent = []
            for _ in range(rounds):
                start = perf_counter()
                client.get(address)
                spent.append((perf_counter() - start) * 1000)
            times[group] += spent
            slow.append((median(spent), reader, address))
    everything = [value for group in times.values() for value in group]
    print(f"web.list_page_p95_ms: {quantile(everything, 0.95):.1f}")
    print(f"web.list_page_p50_ms: {quantile(everything, 0.5):.1f}")
    for group, values in times.items():
        print(f"web.{group}_p95_ms: {quantile(values, 0.95):.1f}")
    print(f"web.worst_page_ms: {max(slow)[0]:.1f}")
    print(f"web.most_queries_of_a_page: {most_queries}")
    print(f"web.requests: {len(everything)}")
    for spent_ms, reader, address in sorted(slow, reverse=True)[:8]:
        print(f"# slow: {spent_ms:.0f} ms, {reader}, {address}")


def main() -> None:
    """Build or find the database, then measure."""
    parser = argparse.ArgumentParser(description="How fast the registry's pages answer.")
    parser.add_argument("--rounds", type=int, default=5, help="requests for each page and reader (default 5)")
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    asked = parser.parse_args()
    point_django_at_it()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    setup_test_environment(debug=False)
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, keepdb=asked.keep, serialize=False)
    try:
        if not Region.objects.filter(code=f"{web_data.CITY}00").exists():
            start = perf_counter()
            web_data.build()
            print(f"# built in {perf_counter() - start:.0f} s")
        Account.objects.all().delete()
        Organisation.objects.filter(kind="authority").delete()
        version = connection.cursor().connection.info.server_version
        print(
            f"# {web_data.SITES} sites, {web_data.DEVICES} devices, {web_data.POINTS} points; in process, "
            f"PostgreSQL {version // 10000}, Django {django.__version__}, Python {platform.python_version()}"
        )
        measure(asked.rounds)
    finally:
        if not asked.keep:
            connection.creation.destroy_test_db(DATABASE, verbosity=0)


if __name__ == "__main__":
    main()
