"""The API's manners: one form of refusal, pages that continue, a rate, a description that is true."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jifang.api import access
from jifang.identity import rights
from jifang.identity.actions import tokens
from jifang.identity.models import Account, ApiToken
from jifang.identity.roles import Role
from tests.fixtures import World, actor_of, make_organisation


def token(account: Account, *scopes: str) -> dict[str, str]:
    now = timezone.now()
    _, secret = tokens.make(
        name="test", scopes=scopes, ends_at=now + timedelta(days=1), by=actor_of(account, at=now), at=now
    )
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def bearer(people: dict[Role, Account]) -> dict[str, str]:
    return token(people[Role.SYSTEM_ADMINISTRATOR], rights.REGION_VIEW, rights.ORGANISATION_VIEW)


def get(path: str, headers: dict[str, str]) -> Any:
    return Client().get(path, headers=headers)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/accounts", 403, "scope_missing"),
        ("/api/v1/regions/999999", 404, "not_found"),
        ("/api/v1/regions?limit=0", 422, "invalid"),
        ("/api/v1/regions?after=x", 422, "invalid"),
    ],
)
def test_every_refusal_has_the_one_form(bearer: dict[str, str], path: str, status: int, code: str) -> None:
    answer = get(path, bearer)
    assert answer.status_code == status
    body = answer.json()
    assert set(body) == {"code", "message", "errors"}
    assert body["code"] == code


def test_bad_input_names_field_value_and_remedy(bearer: dict[str, str]) -> None:
    body = get("/api/v1/regions?limit=abc", {**bearer, "Accept-Language": "en"}).json()
    assert body["errors"] == [{"field": "limit", "value": "abc", "remedy": "Send a whole number."}]


def test_a_session_opens_nothing(people: dict[Role, Account]) -> None:
    client = Client()
    client.force_login(people[Role.SYSTEM_ADMINISTRATOR])
    assert client.get("/api/v1/regions").status_code == 401


def test_pages_continue_where_the_last_one_ended(world: World, bearer: dict[str, str]) -> None:
    for number in range(7):
        make_organisation("unit", f"单位{number}", world.station)
    seen: list[int] = []
    after = ""
    while True:
        body = get(f"/api/v1/organisations?limit=4{after}", bearer).json()
        seen += [item["id"] for item in body["items"]]
        if body["next"] is None:
            break
        after = f"&after={body['next']}"
    assert seen == sorted(set(seen))
    assert len(seen) == 12


def test_a_page_takes_a_constant_number_of_queries(
    world: World, bearer: dict[str, str], django_assert_num_queries: Any
) -> None:
    get("/api/v1/organisations", bearer)
    # token, rate (within the same minute no last use is written), grants, page
    with django_assert_num_queries(5):
        get("/api/v1/organisations", bearer)
    for number in range(20):
        make_organisation("unit", f"单位{number}", world.station)
    with django_assert_num_queries(5):
        get("/api/v1/organisations", bearer)


def test_calls_are_limited_and_say_how_long_to_wait(bearer: dict[str, str], monkeypatch: Any) -> None:
    monkeypatch.setattr(access, "CALLS_A_MINUTE", 2)
    assert [get("/api/v1/regions", bearer).status_code for _ in range(3)] == [200, 200, 429]
    refused = get("/api/v1/regions", bearer)
    assert 1 <= int(refused.headers["Retry-After"]) <= 61


def test_guessing_tokens_is_limited(db: None, people: dict[Role, Account], monkeypatch: Any) -> None:
    monkeypatch.setattr(access, "REFUSALS_A_MINUTE", 2)
    bad = {"Authorization": "Bearer jf_guess"}
    assert [get("/api/v1/regions", bad).status_code for _ in range(3)] == [401, 401, 429]


def test_the_last_use_is_kept(bearer: dict[str, str]) -> None:
    get("/api/v1/regions", bearer)
    used = ApiToken.objects.get()
    assert used.last_used_at is not None
    assert used.last_used_from == "127.0.0.1"


def test_the_description_names_the_scope_of_every_operation(people: dict[Role, Account]) -> None:
    description = Client().get("/api/v1/openapi.json").json()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            assert operation["x-right"], (method, path)
            assert operation["security"], (method, path)


def test_the_reference_page_loads_nothing_from_elsewhere(people: dict[Role, Account]) -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    assert "GET /api/v1/regions" in page
    assert "//cdn" not in page
    assert 'src="http' not in page
