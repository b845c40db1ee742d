"""The signal log: filters, pages without gaps, reach, the bytes of a frame, export with its ledger entry."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from jifang.identity.models import Account, Grant, LedgerEntry
from jifang.identity.roles import Role
from jifang.operations.alarms import signals
from jifang.operations.alarms.models import AlarmAccount
from jifang.operations.alarms.signals import Asked
from jifang.registry.models import Site
from jifang.web.signals.views import dump, readable
from tests.fixtures import World, actor_of, make_account, sign_in
from tests.operations.alarms.conftest import T0, later, send

pytestmark = pytest.mark.django_db
EVER = {"since": T0 - timedelta(days=1), "until": T0 + timedelta(days=1)}


@pytest.fixture
def operator(world: World) -> Account:
    return make_account("operator", Role.SERVICE_OPERATOR, world.centre)


@pytest.fixture
def desk(world: World) -> Account:
    """A unit's own duty desk: few sites, no unregistered accounts."""
    return make_account("desk", Role.DUTY_OPERATOR, world.unit)


class Gateway:
    """Stores signals on the test's own connection."""

    def execute(self, query: str, parameters: list[Any]) -> Any:
        cursor = connection.cursor()
        cursor.execute(query, parameters)
        return cursor


def ids(person: Account, **asked: Any) -> list[int]:
    return [row.id for row in signals.page(actor_of(person), Asked(**(EVER | asked)))]


def test_both_plans_show_the_newest_first_and_nothing_out_of_reach(
    site: Site, far_site: Site, operator: Account, desk: Account
) -> None:
    gateway = Gateway()
    first = send(gateway, site, "130", at=later(0))
    send(gateway, far_site, "130", at=later(1))
    unregistered = send(gateway, None, "130", account="77AB", at=later(2))
    last = send(gateway, site, "602", event_class="test", at=later(3))
    assert ids(operator) == [last, unregistered, first]
    assert ids(desk) == [last, first]


def test_filters_narrow(site: Site, other_site: Site, operator: Account) -> None:
    gateway = Gateway()
    account = AlarmAccount.objects.create(number="1001", site=site, created_at=T0)
    burglary = send(gateway, site, "130", at=later(0))
    test = send(gateway, site, "602", event_class="test", at=later(60))
    elsewhere = send(gateway, other_site, "130", at=later(120), account="1002")
    unregistered = send(gateway, None, "130", account="77AB", at=later(180))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE alarm_signal SET account_id = %s WHERE account = '1001'", [account.pk])
    assert ids(operator, site=other_site.code) == [elsewhere]
    assert ids(operator, event_class="test") == [test]
    assert ids(operator, account="1001") == [test, burglary]
    assert ids(operator, account="77ab") == [unregistered]
    assert ids(operator, unregistered=True) == [unregistered]
    assert ids(operator, since=later(30), until=later(150)) == [elsewhere, test]


def test_pages_follow_each_other_without_gap_or_repetition(
    site: Site, operator: Account, desk: Account
) -> None:
    gateway = Gateway()
    # Many of the same instant: the id decides between them.
    sent = [send(gateway, site, "130", at=later(number // 10)) for number in range(60)]
    for account in (operator, desk):
        seen: list[int] = []
        before = ""
        while True:
            rows = signals.page(actor_of(account), Asked(**EVER, before=before), limit=7)
            seen += [row.id for row in rows[:7]]
            if len(rows) <= 7:
                break
            before = rows[6].mark
        assert seen == sorted(sent, reverse=True)


def test_bad_filters_name_the_value(operator: Account) -> None:
    page = sign_in(operator).get("/signals/", {"since": "yesterday"})
    assert "yesterday" in page.content.decode()
    assert sign_in(operator).get("/signals/", {"before": "nowhere"}).status_code == 200


def test_one_signal_shows_its_bytes_to_who_may_see_it(
    site: Site, operator: Account, far_people: dict[Role, Account]
) -> None:
    number = send(Gateway(), site, "130", at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE alarm_signal SET raw = %s WHERE id = %s", [b'\n4C5B0029"SIA-DCS"\xff\r', number]
        )
    page = sign_in(operator).get(f"/signals/{number}/").content.decode()
    assert "␊4C5B0029&quot;SIA-DCS&quot;\\xff␍" in page
    far = sign_in(far_people[Role.SERVICE_OPERATOR])
    assert far.get(f"/signals/{number}/").status_code == 404


def test_bytes_are_shown_as_they_are() -> None:
    assert readable(b"\nA\x00\xe9\r") == "␊A\\x00\\xe9␍"
    assert dump(bytes(range(65, 83))) == [
        ("0000", "41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50", "ABCDEFGHIJKLMNOP"),
        ("0010", "51 52", "QR"),
    ]


def test_an_export_needs_its_grant_is_on_the_ledger_and_carries_no_formula(
    site: Site, world: World, client: Client
) -> None:
    send(Gateway(), site, "130", at=timezone.now(), text="=HYPERLINK(1)")
    chief = make_account("chief", Role.DUTY_SUPERVISOR, world.centre)
    assert sign_in(chief).get("/signals/export.csv").status_code == 403
    assert not LedgerEntry.objects.filter(kind="alarms.signals.export").exists()
    Grant.objects.filter(account=chief).update(may_export=True)
    answer = sign_in(chief).get("/signals/export.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][-1] == "'=HYPERLINK(1)"
    assert LedgerEntry.objects.filter(kind="alarms.signals.export").count() == 1
