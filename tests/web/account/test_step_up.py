"""Sensitive acts ask again after five minutes, and go on where they stopped."""

import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.identity.sealing import seal
from jifang.web.account.adapter import SECOND_FACTOR_CONTEXT
from tests.fixtures import PASSWORD, World, make_account, sign_in


@pytest.fixture
def administrator(people: dict[Role, Account]) -> Account:
    return people[Role.SYSTEM_ADMINISTRATOR]


def give_app(account: Account) -> None:
    data = {"secret": seal("JBSWY3DPEHPK3PXP", context=SECOND_FACTOR_CONTEXT)}
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data=data)


def test_a_fresh_proof_is_enough(administrator: Account) -> None:
    assert sign_in(administrator).get("/people/new/").status_code == 200


def test_after_five_minutes_the_factor_is_asked_again(administrator: Account) -> None:
    give_app(administrator)
    client = sign_in(administrator)
    with time_machine.travel(time.time() + 301):
        answer = client.get("/people/new/")
        assert answer.headers["Location"].startswith(
            "/account/second-factor/reauthenticate/?next=%2Fpeople%2Fnew%2F"
        )
        assert client.get("/people/").status_code == 200


def test_a_password_does_not_stand_in_for_a_factor(administrator: Account, world: World) -> None:
    give_app(administrator)
    client = sign_in(administrator)
    with time_machine.travel(time.time() + 301):
        client.get("/people/new/")
        client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/people/new/"})
        assert client.get("/people/new/").status_code == 302


def test_without_factor_the_password_is_asked_and_the_post_goes_on(owner: Account, world: World) -> None:
    person = make_account("person", Role.DUTY_OPERATOR, world.unit)
    client = sign_in(owner, second_factor=False)
    with time_machine.travel(time.time() + 301):
        answer = client.post(f"/people/{person.pk}/close/", {"reason": "left"})
        assert answer.headers["Location"].startswith("/account/reauthenticate/")
        done = client.post(
            "/account/reauthenticate/", {"password": PASSWORD, "next": f"/people/{person.pk}/close/"}
        )
        assert done.status_code == 302
    person.refresh_from_db()
    assert not person.is_active


def test_somebody_elses_proof_does_not_count(administrator: Account, owner: Account) -> None:
    client = Client()
    client.force_login(owner)
    session: Any = client.session
    session["second_factor"] = {"account": administrator.pk, "at": time.time()}
    session.save()
    assert client.get("/people/new/").status_code == 302
