"""One's own sessions, tokens and password link; the envelope; and what browsers are told."""

import re
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jifang.identity import sessions
from jifang.identity.actions import accounts, envelopes
from jifang.identity.models import Account, ApiToken
from jifang.identity.roles import Role
from tests.fixtures import PASSWORD, World, actor_of, sign_in


def password(client: Client, username: str) -> None:
    assert client.post("/account/login/", {"login": username, "password": PASSWORD}).status_code == 302


def test_sessions_are_listed_and_end(colleague: Account) -> None:
    here, there = Client(), Client(headers={"user-agent": "Somewhere else"})
    password(here, "colleague")
    password(there, "colleague")
    page = here.get("/account/sessions/").content.decode()
    assert "Somewhere else" in page
    other = UserSession.objects.get(user_agent="Somewhere else")
    here.post(f"/account/sessions/{other.pk}/end/")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_nobody_ends_somebody_elses_session(colleague: Account, stranger: Account) -> None:
    client = Client()
    password(client, "colleague")
    session = UserSession.objects.get()
    assert sign_in(stranger).post(f"/account/sessions/{session.pk}/end/").status_code == 404
    assert client.get("/account/").status_code == 200


def test_ending_the_others_keeps_this_one(colleague: Account) -> None:
    here, there = Client(), Client()
    password(here, "colleague")
    password(there, "colleague")
    here.post("/account/sessions/end-others/")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_a_long_stream_learns_that_its_session_ended(colleague: Account) -> None:
    client = Client()
    password(client, "colleague")
    key = client.session.session_key
    actor = sessions.actor_of(key, at=timezone.now())
    assert actor is not None
    assert actor.account_id == colleague.pk
    sessions.end_all(colleague, at=timezone.now())
    assert sessions.actor_of(key, at=timezone.now()) is None


def test_a_token_is_made_used_and_revoked(owner: Account) -> None:
    client = sign_in(owner)
    day = timezone.localdate().replace(day=1).isoformat()
    refused = client.post(
        "/account/tokens/new/", {"name": "t", "ends_on": day, "scopes": ["identity.region.view"]}
    )
    assert "ends_at" not in refused.content.decode()
    assert not ApiToken.objects.exists()
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    made = client.post(
        "/account/tokens/new/", {"name": "t", "ends_on": until, "scopes": ["identity.region.view"]}
    )
    found = re.search(r"jf_[\w-]{40,}", made.content.decode())
    assert found
    bearer = {"Authorization": f"Bearer {found[0]}"}
    assert Client().get("/api/v1/regions", headers=bearer).status_code == 200
    assert found[0] not in client.get("/account/tokens/").content.decode()
    client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert Client().get("/api/v1/regions", headers=bearer).status_code == 401


def test_the_one_time_link_sets_a_password_once(people: dict[Role, Account], world: World) -> None:
    administrator = people[Role.SYSTEM_ADMINISTRATOR]
    person = accounts.create(
        username="newcomer",
        name="新人",
        organisation=world.unit,
        by=actor_of(administrator),
        at=timezone.now(),
    )
    page = sign_in(administrator).post(f"/people/{person.pk}/link/", {"reason": "first day"}).content.decode()
    found = re.search(r"http://testserver(/account/password/link/\S+?/)<", page)
    assert found
    client = Client()
    form = client.get(found[1], follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else found[1]
    word = "quite another long sentence"
    assert client.post(address, {"password1": word, "password2": word}).status_code == 302
    assert Client().post("/account/login/", {"login": "newcomer", "password": word}).status_code == 302
    again = Client().get(found[1], follow=True)
    assert again.context["token_fail"]


def test_the_envelope_opens_the_product_for_an_hour(people: dict[Role, Account]) -> None:
    administrator = people[Role.SYSTEM_ADMINISTRATOR]
    _, secret = envelopes.seal(by=actor_of(administrator), at=timezone.now())
    client = Client()
    wrong = client.post("/account/envelope/", {"secret": "AAAA", "who": "李四", "reason": "锁死"})
    assert wrong.status_code == 200
    opened = client.post("/account/envelope/", {"secret": secret, "who": "李四", "reason": "锁死"})
    assert opened.headers["Location"] == "/"
    assert 3500 < client.session.get_expiry_age() <= 3600
    assert client.get("/people/").status_code == 200
    assert "李四" in sign_in(administrator).get("/people/").content.decode()
    assert client.post("/people/envelope/seal/").status_code == 403
    sealed = sign_in(administrator).post("/people/envelope/seal/")
    assert re.search(r"([2-9A-Z]{4}-){5}[2-9A-Z]{4}", sealed.content.decode())
    assert client.get("/people/").status_code == 302
    assert "李四:" not in sign_in(administrator).get("/people/grants/").content.decode()


def test_no_page_here_carries_inline_script_or_style(people: dict[Role, Account]) -> None:
    client = sign_in(people[Role.SYSTEM_ADMINISTRATOR])
    anonymous = ["/account/login/", "/account/envelope/"]
    pages: list[tuple[Client, str]] = [(Client(), path) for path in anonymous]
    pages += [
        (client, path)
        for path in (
            "/account/",
            "/account/second-factor/app/",
            "/account/tokens/new/",
            "/people/",
            "/people/roles/",
        )
    ]
    for asker, path in pages:
        answer = asker.get(path)
        text = answer.content.decode()
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert not re.search(r"\son\w+=|\sstyle=|<style", text), path
        for script in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script, path


def test_lists_take_a_constant_number_of_queries(people: dict[Role, Account], world: World) -> None:
    client = sign_in(people[Role.SYSTEM_ADMINISTRATOR])

    def count(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    paths = ("/people/", "/people/grants/", "/account/tokens/")
    before: dict[str, Any] = {path: count(path) for path in paths}
    for number in range(30):
        person = Account.objects.create(
            username=f"p{number}", name="p", organisation=world.unit, created_at=timezone.now()
        )
        person.grants.create(
            role=Role.DUTY_OPERATOR, organisation=world.unit, starts_at=timezone.now(), reason="many"
        )
    assert {path: count(path) for path in paths} == before
