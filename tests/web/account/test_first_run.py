"""First run: one claim, by whoever holds the token of the terminal."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jifang.identity import first_run
from jifang.identity.models import Account, Grant, LedgerEntry, Organisation, Region
from jifang.identity.roles import Role
from tests.fixtures import World, make_account


@pytest.fixture
def token(settings: Any, tmp_path: Path, db: None) -> Iterator[str]:
    settings.SETUP_TOKEN_FILE = tmp_path / "setup-token"
    first_run.forget()
    yield first_run.new_token(settings.SETUP_TOKEN_FILE)
    first_run.forget()


def claim(client: Client, setup_token: str, **changes: str) -> Any:
    sound = {
        "token": setup_token,
        "region_code": "130100",
        "region_name": "石城市",
        "authority_name": "石城市公安局",
        "username": "chief",
        "name": "张三",
        "password": "a sentence nobody guesses",
        "password_again": "a sentence nobody guesses",
    }
    return client.post("/first-run/", {**sound, **changes})


def test_everything_leads_to_the_first_run(token: str) -> None:
    for path in ("/", "/people/", "/account/login/", "/api/v1/regions"):
        assert Client().get(path).headers["Location"] == "/first-run/"
    assert Client().get("/first-run/").status_code == 200


def test_the_token_claims_the_installation_once(token: str, settings: Any) -> None:
    client = Client()
    answer = claim(client, token)
    assert answer.headers["Location"] == "/account/second-factor/"
    account = Account.objects.get()
    grant = Grant.objects.get()
    assert (grant.account, grant.role, grant.region) == (
        account,
        Role.SYSTEM_ADMINISTRATOR,
        Region.objects.get(),
    )
    assert account.organisation == Organisation.objects.get(kind="authority")
    assert account.check_password("a sentence nobody guesses")
    assert not settings.SETUP_TOKEN_FILE.exists()
    assert LedgerEntry.objects.filter(kind="identity.installation.claimed").exists()
    assert client.get("/people/").headers["Location"].startswith("/account/second-factor/")
    assert Client().get("/first-run/").status_code == 404
    assert claim(Client(), token).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"token": "0000-0000"}, "token"),
        ({"region_code": "13"}, "region_code"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password_again": "something else entirely"}, "password_again"),
        ({"password": "123456789012", "password_again": "123456789012"}, "password"),
        ({"username": "two words"}, "username"),
    ],
)
def test_what_is_wrong_stands_at_its_field(token: str, changes: dict[str, str], field: str) -> None:
    answer = claim(Client(), token, **changes)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Account.objects.exists()
    assert not Region.objects.exists()


def test_guessing_the_token_is_throttled(token: str) -> None:
    for _ in range(10):
        claim(Client(), "guess")
    answer = claim(Client(), token)
    assert list(answer.context["form"].errors) == ["token"]
    assert not Account.objects.exists()


def test_an_installation_with_an_account_has_no_first_run(token: str, world: World) -> None:
    make_account("somebody", None, world.unit)
    assert Client().get("/first-run/").status_code == 404


def test_the_token_stays_the_same_until_it_is_used(token: str, settings: Any, province: object) -> None:
    first_run.prepare(settings.SETUP_TOKEN_FILE)
    assert settings.SETUP_TOKEN_FILE.read_text() == token
    assert settings.SETUP_TOKEN_FILE.stat().st_mode & 0o077 == 0


def test_a_token_left_over_goes_with_the_first_account(token: str, settings: Any, world: World) -> None:
    make_account("somebody", None, world.unit)
    first_run.prepare(settings.SETUP_TOKEN_FILE)
    assert not settings.SETUP_TOKEN_FILE.exists()
