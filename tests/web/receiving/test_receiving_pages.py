"""Accounts are enrolled, keys sealed, refusals explained; pages cost a constant number of queries."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.operations.alarms.models import AccountPath, AlarmAccount, Listener, PathState
from jifang.registry.models import Site
from tests.fixtures import AT, World, sign_in

KEY = "0123456789abcdef" * 2


@pytest.fixture
def listener(db: None) -> Listener:
    return Listener.objects.create(number=1, name="DC-09", tcp="0.0.0.0:7700", state="listening")


@pytest.fixture
def site(world: World) -> Site:
    return Site.objects.create(
        code="R-1", name="银行", organisation=world.unit, region=world.station, alarm_service=world.centre
    )


@pytest.fixture
def account(site: Site) -> AlarmAccount:
    return AlarmAccount.objects.create(number="12AB", name="主机", site=site, created_at=AT)


@pytest.fixture
def operator(people: dict[Role, Account]) -> Client:
    return sign_in(people[Role.SERVICE_OPERATOR])


def refuse(account: AlarmAccount | None, reason: str = "crc_mismatch", **values: object) -> int:
    row = {
        "received_at": timezone.now(),
        "connection": 1,
        "account_id": account.pk if account else None,
        "listener": 1,
        "peer": "192.0.2.7:5000",
        "account": account.number if account else "99FF",
        "reason": reason,
        "detail": "",
        "reply": b"",
        "raw": b'\nE4410025"NAK"0000R0L0A0[]_16:20:01,09-24-2025\r',
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO alarm_refusal ({', '.join(row)})"  # noqa: S608 (our own columns)
            f" VALUES ({', '.join(['%s'] * len(row))}) RETURNING id",
            list(row.values()),
        )
        found = cursor.fetchone()
    assert found is not None
    return int(found[0])


def form(**values: object) -> dict[str, object]:
    return {
        "number": "0ABC",
        "name": "N",
        "panel": "",
        "book": "main",
        "charset": "gb18030",
        "time_policy": "window",
        "time_offset_minutes": "0",
        "is_active": "on",
        "notes": "",
        "site": "R-1",
        "reason": "",
        **values,
    }


def test_an_account_is_enrolled(operator: Client, site: Site) -> None:
    answer = operator.post(reverse("receiving:new"), form(number="#0abc"))
    made = AlarmAccount.objects.get()
    assert answer.status_code == 302
    assert (made.number, made.site, made.charset) == ("0ABC", site, "gb18030")


def test_the_same_number_twice_says_what_to_do(operator: Client, account: AlarmAccount) -> None:
    answer = operator.post(reverse("receiving:new"), form(number="12AB"))
    assert answer.status_code == 422
    assert "12AB" in answer.content.decode()
    assert AlarmAccount.objects.count() == 1


def test_nobody_enrols_at_a_site_out_of_reach(operator: Client, far_world: World, site: Site) -> None:
    Site.objects.create(code="FAR-1", name="远方", organisation=far_world.unit, region=far_world.station)
    assert operator.post(reverse("receiving:new"), form(site="FAR-1")).status_code == 422
    assert AlarmAccount.objects.count() == 0


def test_a_key_is_sealed_and_never_shown(operator: Client, account: AlarmAccount) -> None:
    answer = operator.post(
        reverse("receiving:key", args=[account.pk]), {"mode": "hex", "key": KEY, "reason": "new"}
    )
    assert answer.status_code == 302
    account.refresh_from_db()
    opened = settings.SEALING_RING.unseal(account.key_sealed, context="alarm_account:main/12AB")
    assert opened == bytes.fromhex(KEY)
    page = operator.get(reverse("receiving:account", args=[account.pk])).content.decode().lower()
    assert KEY not in page
    assert account.key_sealed.lower() not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM identity_ledgerentry WHERE kind = 'alarms.account.key_set'")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(("mode", "key"), [("hex", "12"), ("ascii", "short"), ("hex", "g" * 32)])
def test_a_bad_key_is_refused_without_repeating_it(
    operator: Client, account: AlarmAccount, mode: str, key: str
) -> None:
    answer = operator.post(reverse("receiving:key", args=[account.pk]), {"mode": mode, "key": key})
    assert answer.status_code == 422
    account.refresh_from_db()
    assert account.key_sealed == ""


def test_a_renumbered_account_keeps_its_key(operator: Client, account: AlarmAccount) -> None:
    operator.post(reverse("receiving:key", args=[account.pk]), {"mode": "hex", "key": KEY})
    operator.post(reverse("receiving:edit", args=[account.pk]), form(number="BEEF"))
    account.refresh_from_db()
    assert account.number == "BEEF"
    assert settings.SEALING_RING.unseal(account.key_sealed, context=account.key_context) == bytes.fromhex(KEY)


def test_clear_frames_are_allowed_for_at_most_30_days_with_a_reason(
    operator: Client, account: AlarmAccount
) -> None:
    address = reverse("receiving:clear", args=[account.pk])

    def until(days: int) -> str:
        return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")

    assert operator.post(address, {"until": until(31), "reason": "x"}).status_code == 422
    assert operator.post(address, {"until": until(5), "reason": ""}).status_code == 422
    assert operator.post(address, {"until": until(5), "reason": "exchange"}).status_code == 302
    account.refresh_from_db()
    assert account.clear_allowed_until is not None


def test_a_path_is_added_changed_and_removed(
    operator: Client, account: AlarmAccount, listener: Listener
) -> None:
    values = {
        "name": "1",
        "listener": 1,
        "receiver": "",
        "line": "",
        "interval_seconds": 60,
        "grace_seconds": 30,
    }
    assert operator.post(reverse("receiving:path_new", args=[account.pk]), values).status_code == 302
    made = AccountPath.objects.get()
    assert PathState.objects.get(path=made).state == "waiting"
    assert operator.post(reverse("receiving:path_new", args=[account.pk]), values).status_code == 422
    address = reverse("receiving:path", args=[account.pk, made.pk])
    assert operator.post(address, values | {"interval_seconds": 90}).status_code == 302
    made.refresh_from_db()
    assert made.interval_seconds == 90
    assert operator.post(reverse("receiving:path_delete", args=[account.pk, made.pk])).status_code == 302
    assert not AccountPath.objects.exists()


def test_a_refusal_tells_the_reason_and_the_bytes(operator: Client, account: AlarmAccount) -> None:
    ident = refuse(account)
    page = operator.get(reverse("receiving:refusal", args=[ident]), headers={"accept-language": "en"})
    text = page.content.decode()
    assert "E441" in text
    assert "&quot;NAK&quot;0000R0L0A0[]" in text
    assert "0a 45 34 34 31 30 30 32" in text
    assert (
        operator.get(reverse("receiving:refusals") + "?account=12ab").content.decode().count("192.0.2.7:5000")
        == 1
    )


def test_refusals_of_strangers_are_for_those_who_watch_for_others(
    operator: Client, owner: Account, colleague: Account
) -> None:
    ident = refuse(None)
    assert operator.get(reverse("receiving:refusal", args=[ident])).status_code == 200
    # A unit's own duty desk does not see other people's panels; its manager has no business with bytes.
    assert sign_in(colleague).get(reverse("receiving:refusal", args=[ident])).status_code == 404
    assert sign_in(owner).get(reverse("receiving:refusals")).status_code == 404


def test_strangers_are_listed_until_registered(operator: Client, listener: Listener, site: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alarm_unregistered VALUES (1, 'A0B1', now(), now(), '192.0.2.9:1', false)"
        )
    assert "A0B1" in operator.get(reverse("receiving:unregistered")).content.decode()
    operator.post(reverse("receiving:new"), form(number="A0B1"))
    assert "A0B1" not in operator.get(reverse("receiving:unregistered")).content.decode()


def test_a_silent_gateway_is_not_shown_as_fine(people: dict[Role, Account], listener: Listener) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alarm_gateway_state (name, started_at, seen_at, pid, listeners, state)"
            " VALUES ('g', now(), now() - interval '1 minute', 1, '{1}', 'ok')"
        )
    page = sign_in(people[Role.SYSTEM_ADMINISTRATOR]).get(reverse("receiving:listeners")).content.decode()
    assert page.count('data-tone="bad"') >= 2
    assert 'data-tone="good"' not in re.sub(r"(?s)<nav.*?</nav>", "", page)


def test_lists_cost_the_same_for_many_rows(operator: Client, site: Site, listener: Listener) -> None:
    counts: dict[str, list[int]] = {"receiving:accounts": [], "receiving:refusals": []}
    for size in (2, 30):
        for number in range(size):
            made = AlarmAccount.objects.create(number=f"{size:02d}{number:04d}", site=site, created_at=AT)
            AccountPath.objects.create(account=made, listener=listener, interval_seconds=60)
            refuse(made)
        for page in counts:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert operator.get(reverse(page)).status_code == 200
            counts[page].append(len(queries))
    for page, (few, many) in counts.items():
        assert few == many, page
