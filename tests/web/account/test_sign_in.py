"""Signing in: password, second factor, passkey; throttled, noted, gated."""

import json
import re
from html import unescape
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from jifang.identity.models import Account, SecurityEvent
from jifang.identity.roles import Role
from jifang.identity.sealing import unseal
from jifang.web.account.adapter import SECOND_FACTOR_CONTEXT
from tests.fixtures import PASSWORD, World, make_account, sign_in
from tests.passkeys import SoftKey

NOON = 1_900_000_000


@pytest.fixture(autouse=True)
def clock() -> Any:
    """A clock that stands still: one-time codes are what they are."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def password(client: Client, username: str, word: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": username, "password": word})


def code(secret: str, at: float = NOON) -> str:
    return format_hotp_value(hotp_value(secret, int(at) // 30))


def enrol_app(client: Client) -> str:
    """Set up an authenticator app as the page asks; returns its secret."""
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


def js_data(answer: Any) -> Any:
    """The options that a page hands to the browser."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', answer.content.decode())
    assert found
    return json.loads(unescape(found[1]))


def kinds() -> list[str]:
    return list(SecurityEvent.objects.order_by("id").values_list("kind", flat=True))


def test_a_password_signs_in_who_owes_no_second_factor(colleague: Account) -> None:
    client = Client()
    assert password(client, "colleague").headers["Location"] == "/"
    assert client.get("/account/").status_code == 200
    assert kinds() == ["signed_in"]
    assert SecurityEvent.objects.get().address == "127.0.0.1"


def test_a_wrong_password_and_an_unknown_name_look_alike(colleague: Account) -> None:
    wrong = password(Client(), "colleague", "wrong").content.decode()
    unknown = password(Client(), "nobody", "wrong").content.decode()
    strip = re.compile(r'value="[^"]*"|name="csrf-token" content="[^"]*"')
    assert strip.sub("", wrong) == strip.sub("", unknown)
    assert kinds() == ["failed", "failed"]


def test_sign_in_is_throttled_by_account_and_recovers(colleague: Account, clock: Any) -> None:
    for _ in range(5):
        password(Client(), "colleague", "wrong")
    refused = password(Client(), "colleague")
    assert refused.status_code == 200
    assert kinds()[-1] == "throttled"
    clock.shift(301)
    assert password(Client(), "colleague").status_code == 302


def test_one_address_cannot_try_many_accounts(world: World) -> None:
    for number in range(31):
        password(Client(), f"guess{number}", "wrong")
    assert kinds().count("failed") == 30
    assert kinds()[-1] == "throttled"


def test_a_closed_account_does_not_sign_in(colleague: Account) -> None:
    Account.objects.update(is_active=False)
    client = Client()
    password(client, "colleague")
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_an_administrator_without_factor_reaches_only_the_enrolment(people: dict[Role, Account]) -> None:
    client = Client()
    password(client, people[Role.SYSTEM_ADMINISTRATOR].username)
    answer = client.get("/people/")
    assert answer.headers["Location"].startswith("/account/second-factor/?next=")
    fragment = client.get("/people/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"][:24]) == (204, "/account/second-factor/?")
    enrol_app(client)
    assert client.get("/people/").status_code == 200


def test_the_second_factor_is_asked_at_the_next_sign_in(people: dict[Role, Account], clock: Any) -> None:
    name = people[Role.SYSTEM_ADMINISTRATOR].username
    first = Client()
    password(first, name)
    secret = enrol_app(first)
    clock.shift(300)
    client = Client()
    assert password(client, name).headers["Location"] == reverse("mfa_authenticate")
    assert client.get("/people/").headers["Location"].startswith("/account/login/")
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert client.get("/people/").headers["Location"].startswith("/account/login/")
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret, NOON + 300)}).status_code == 302
    assert client.get("/people/").status_code == 200


def test_a_code_works_once_also_within_the_tolerance(people: dict[Role, Account], clock: Any) -> None:
    name = people[Role.SYSTEM_ADMINISTRATOR].username
    first = Client()
    password(first, name)
    secret = enrol_app(first)
    clock.shift(300)
    used = code(secret, NOON + 300)
    client = Client()
    password(client, name)
    client.post(reverse("mfa_authenticate"), {"code": used})
    assert client.get("/people/").status_code == 200
    clock.shift(35)
    thief = Client()
    password(thief, name)
    thief.post(reverse("mfa_authenticate"), {"code": used})
    assert thief.get("/people/").headers["Location"].startswith("/account/login/")


def test_the_factor_of_one_account_does_not_open_another(people: dict[Role, Account], clock: Any) -> None:
    """Somebody passes his own second factor up to the last step, then types another's password."""
    own, other = people[Role.SYSTEM_ADMINISTRATOR].username, people[Role.AUTHORITY_HEAD].username
    client = sign_in(people[Role.SYSTEM_ADMINISTRATOR])
    client.post("/account/logout/")
    password(client, other)
    assert client.get("/people/").headers["Location"].startswith("/account/second-factor/")
    assert own != other


def test_seeds_are_sealed_at_rest(people: dict[Role, Account]) -> None:
    client = Client()
    password(client, people[Role.AUDITOR].username)
    secret = enrol_app(client)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert unseal(kept, context=SECOND_FACTOR_CONTEXT) == secret
    assert Authenticator.objects.get(type="recovery_codes").data["seed"].startswith("v1:")


@pytest.mark.django_db(transaction=True)
def test_recovery_codes_are_shown_once_and_open_once(people: dict[Role, Account], clock: Any) -> None:
    name = people[Role.AUDITOR].username
    client = Client()
    password(client, name)
    enrol_app(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"^(\d{8})$|>(\d{8})$", page, re.MULTILINE)
    first = next(one or other for one, other in codes)
    assert first not in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    for expected in (302, 200):
        other = Client()
        password(other, name)
        assert other.post(reverse("mfa_authenticate"), {"code": first}).status_code == expected
        clock.shift(200)


def test_the_last_factor_stays_where_it_is_owed(people: dict[Role, Account]) -> None:
    client = Client()
    password(client, people[Role.AUDITOR].username)
    enrol_app(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_passkey_signs_in_without_password(people: dict[Role, Account]) -> None:
    account = people[Role.AUTHORITY_HEAD]
    client = Client(SERVER_NAME="localhost")
    password(client, account.username)
    options = js_data(client.get(reverse("mfa_add_webauthn")))["creation_options"]
    key = SoftKey()
    made = {"name": "laptop", "passwordless": "on", "credential": json.dumps(key.create(options))}
    answer = client.post(reverse("mfa_add_webauthn"), made)
    assert answer.status_code == 302, answer.content.decode()
    assert client.get("/").status_code == 200 or client.get("/").status_code == 302

    fresh = Client(SERVER_NAME="localhost")
    options = fresh.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    answer = fresh.post(
        reverse("mfa_login_webauthn"), {"credential": json.dumps(key.get(options["request_options"]))}
    )
    assert answer.status_code == 302
    assert fresh.get("/people/").status_code == 404
    assert fresh.get("/account/").status_code == 200
    thief = Client(SERVER_NAME="localhost")
    options = thief.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    forged = SoftKey(identity=key.identity, handle=key.handle)
    thief.post(
        reverse("mfa_login_webauthn"), {"credential": json.dumps(forged.get(options["request_options"]))}
    )
    assert thief.get("/account/").status_code == 302


def test_on_a_bare_address_passkeys_are_hidden_with_the_reason(colleague: Account) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    password(client, "colleague")
    page = client.get("/account/").content.decode()
    assert "127.0.0.1" in page
    assert reverse("mfa_add_webauthn") not in page
    refused = client.get(reverse("mfa_add_webauthn"))
    assert "127.0.0.1" in refused.content.decode()
    assert "js_data" not in refused.content.decode()


def test_there_is_no_way_to_sign_up(db: None, colleague: Account) -> None:
    for path in ("/account/signup/", "/account/email/", "/account/password/reset/", "/account/3rdparty/"):
        assert Client().get(path).status_code == 404


def test_the_break_glass_account_has_no_other_door(world: World) -> None:
    account = make_account("break-glass", Role.SYSTEM_ADMINISTRATOR, world.authority, region=world.city)
    Account.objects.filter(pk=account.pk).update(is_break_glass=True)
    client = Client()
    assert password(client, "break-glass").headers["Location"] == "/account/inactive/"
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("demo", [True, False])
def test_demo_logins_are_shown_in_the_demo_alone(
    colleague: Account, settings: Any, tmp_path: Any, demo: bool
) -> None:
    file = tmp_path / "demo.json"
    secret = "JBSWY3DPEHPK3PXP"
    file.write_text(
        json.dumps(
            {
                "password": "demo-password-of-this-place",
                "accounts": [{"username": "colleague", "name": "值班员", "note": "夜班", "totp": secret}],
            }
        )
    )
    settings.DEMO, settings.DEMO_LOGINS = demo, file
    page = Client().get("/account/login/").content.decode()
    assert ("demo-password-of-this-place" in page) is demo
    Authenticator.objects.create(user=colleague, type="totp", data={"secret": "sealed"})
    client = sign_in(colleague)
    asked = client.get(reverse("mfa_reauthenticate")).content.decode()
    assert (code(secret) in asked) is demo
