"""Alarms over the API: the same acts as on the page, once for each key, and words for every refusal."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jifang.identity.models import Account, ApiToken
from jifang.identity.roles import Role
from jifang.identity.tokens import new_secret
from jifang.operations.alarms import actions, rights
from jifang.operations.alarms.models import Decision
from jifang.registry.models import Site
from tests.fixtures import World, actor_of, make_account
from tests.operations.alarms.conftest import T0, make_alarm, make_site

pytestmark = pytest.mark.django_db
SCOPES = [rights.ACTIVATION_VIEW, rights.ACTIVATION_HANDLE, rights.SIGNAL_VIEW]


@pytest.fixture
def site(world: World) -> Site:
    return make_site("S-0001", world)


@pytest.fixture
def operator(world: World) -> Account:
    return make_account("operator", Role.SERVICE_OPERATOR, world.centre)


class Caller:
    """A client with a token."""

    def __init__(self, account: Account) -> None:
        secret, now = new_secret(), timezone.now()
        ApiToken.objects.create(
            account=account,
            name="test",
            prefix=secret.prefix,
            digest=secret.digest,
            scopes=SCOPES,
            created_at=now,
            ends_at=now + timedelta(days=1),
        )
        self.client = Client(headers={"authorization": f"Bearer {secret.text}"})

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1/{path}")
        return answer.status_code, answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None, key: str = "") -> tuple[int, Any]:
        answer = self.client.post(
            f"/api/v1/{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"idempotency-key": key} if key else {},
        )
        return answer.status_code, answer.json()


def test_an_alarm_is_handled_to_its_end(site: Site, operator: Account) -> None:
    alarm = make_alarm(site)
    caller = Caller(operator)
    assert [row["id"] for row in caller.get("alarms?open=true")[1]["items"]] == [alarm.pk]
    assert caller.post(f"alarms/{alarm.pk}/take")[1]["to_state"] == "taken"
    assert caller.post(f"alarms/{alarm.pk}/notes", {"text": "seen"})[1]["text"] == "seen"
    status, refused = caller.post(f"alarms/{alarm.pk}/close", {"result": "false"})
    assert (status, refused["errors"][0]["field"]) == (422, "cause")
    assert caller.post(f"alarms/{alarm.pk}/close", {"result": "false", "cause": "user"})[0] == 200
    assert caller.get("alarms?open=true")[1]["items"] == []
    acts = [row["act"] for row in caller.get(f"alarms/{alarm.pk}/decisions")[1]["items"]]
    assert acts == ["take", "note", "close"]


def test_a_write_sent_twice_happens_once(site: Site, operator: Account) -> None:
    alarm = make_alarm(site)
    caller = Caller(operator)
    first = caller.post(f"alarms/{alarm.pk}/take", key="a")
    assert caller.post(f"alarms/{alarm.pk}/take", key="a") == first
    caller.post(f"alarms/{alarm.pk}/notes", {"text": "seen"}, key="b")
    caller.post(f"alarms/{alarm.pk}/notes", {"text": "seen"}, key="b")
    assert Decision.objects.count() == 2
    status, refused = caller.post(f"alarms/{alarm.pk}/notes", {"text": "other"}, key="b")
    assert (status, refused["code"]) == (409, "key_reused")


def test_who_comes_second_is_told_who_holds_it(site: Site, operator: Account, world: World) -> None:
    alarm = make_alarm(site)
    other = make_account("quick_one", Role.DUTY_OPERATOR, world.centre)
    actions.take(alarm, by=actor_of(other), at=T0)
    status, refused = Caller(operator).post(f"alarms/{alarm.pk}/take")
    assert (status, refused["code"]) == (409, "held_by_other")
    assert other.name in refused["message"]


def test_far_alarms_do_not_exist(site: Site, far_people: dict[Role, Account]) -> None:
    alarm = make_alarm(site)
    caller = Caller(far_people[Role.SERVICE_OPERATOR])
    assert caller.get("alarms")[1]["items"] == []
    assert caller.get(f"alarms/{alarm.pk}")[0] == 404
    assert caller.post(f"alarms/{alarm.pk}/take")[0] == 404
    assert caller.get("signals")[1] == {"items": [], "next": None}
