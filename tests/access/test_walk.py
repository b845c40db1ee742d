"""Every route and every operation, asked by everybody: no leak, no route nobody listed, none that
vanished."""

import importlib
import logging
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from jifang.api.app import api
from jifang.identity.models import Account, ApiToken
from jifang.identity.roles import Role
from jifang.identity.tokens import new_secret
from tests.access import expectations
from tests.access.expect import PUBLIC, Route, Scene
from tests.fixtures import World, make_account, sign_in

LOGIN = "/account/login/"
SECOND_FACTOR = ("/account/second-factor/", "/account/second-factor/reauthenticate/")
OPEN_WITHOUT_SECOND_FACTOR = ("/account/", "/help/", "/language/", "/theme/", "/api/", "/healthz", "/metrics")


def areas() -> list[object]:
    return [
        importlib.import_module(f"tests.access.expectations.{found.name}")
        for found in pkgutil.iter_modules(expectations.__path__)
    ]


def tables(name: str) -> dict[str, Route]:
    merged: dict[str, Route] = {}
    for area in areas():
        table = getattr(area, name, {})
        twice = merged.keys() & table.keys()
        assert not twice, f"listed by two areas: {sorted(twice)}"
        merged.update(table)
    return merged


def routes(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    """The names of all routes, namespaces before them; an unnamed one goes by its pattern."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry.url_patterns, inner)
        else:
            yield f"{namespace}{entry.name or str(entry.pattern)}"


def operations() -> dict[str, object]:
    """Every operation of the API: "GET /api/v1/regions" and the operation."""
    found = {}
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            address = "/".join(
                part.strip("/") for part in ("/api/v1", router.prefix, path) if part.strip("/")
            )
            for operation in view.operations:
                for method in operation.methods:
                    found[f"{method} /{address}"] = operation
    return found


def test_every_route_is_listed_and_every_listed_route_exists() -> None:
    real = {name for name in routes(get_resolver().url_patterns) if not name.startswith("api:")}
    listed = set(tables("ROUTES"))
    assert not real - listed, f"routes that nobody listed: {sorted(real - listed)}"
    assert not listed - real, f"listed routes that do not exist: {sorted(listed - real)}"


def test_every_operation_is_listed_and_every_listed_operation_exists() -> None:
    real, listed = set(operations()), set(tables("OPERATIONS"))
    assert not real - listed, f"operations that nobody listed: {sorted(real - listed)}"
    assert not listed - real, f"listed operations that do not exist: {sorted(listed - real)}"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Hundreds of refusals are the purpose of this file; their log lines would bury the result."""
    loggers = [logging.getLogger("django.request"), logging.getLogger("django.security")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def cheap_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of refusals: that they are refusals matters here, not how the page of one looks."""

    def refusal(request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse(status=404)

    monkeypatch.setattr("jifang.project.urls.handler404", refusal, raising=False)


@pytest.fixture
def scene(
    world: World, far_world: World, people: dict[Role, Account], far_people: dict[Role, Account]
) -> Scene:
    made = Scene(world, far_world, people, far_people)
    for area in areas():
        if hasattr(area, "build"):
            area.build(made)
    return made


@dataclass
class Asker:
    """Somebody who asks: who it is, and what must come back."""

    name: str
    client: Client
    role: Role | None
    home: bool = True
    gate: str = ""


def askers(scene: Scene) -> list[Asker]:
    found = [Asker("nobody", Client(), None)]
    for role in Role:
        found.append(Asker(f"{role} at home", sign_in(scene.people[role]), role))
        found.append(Asker(f"{role} far away", sign_in(scene.far_people[role]), role, home=False))
    closed = make_account("closed", Role.SYSTEM_ADMINISTRATOR, scene.world.authority, region=scene.world.city)
    client = sign_in(closed)
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    found.append(Asker("closed account", client, None))
    unproved = sign_in(scene.people[Role.SYSTEM_ADMINISTRATOR], second_factor=False)
    found.append(Asker("administrator without second factor", unproved, None, gate="second factor"))
    return found


def ask(client: Client, route: Route, address: str, scene: Scene, **extra: str) -> HttpResponse:
    """One request; what it wrote is taken back."""
    with transaction.atomic():
        client.raise_request_exception = False
        send = getattr(client, route.method.lower())
        if address.startswith("/api/") and route.method != "GET":
            extra["content_type"] = "application/json"
        answer = send(address, route.data(scene), **extra)
        transaction.set_rollback(True)
    return answer


def query_of(route: Route) -> str:
    return f"?{route.query.removeprefix('?')}" if route.query else ""


def judge(asker: Asker, route: Route, address: str, answer: HttpResponse) -> str:
    """What is wrong with an answer; empty when it is as expected."""
    status, where = answer.status_code, str(answer.headers.get("Location", ""))
    if status >= 500:
        return f"fell over with {status}"
    if asker.gate and where.startswith(SECOND_FACTOR):
        return ""
    if route.who == PUBLIC:
        return "" if status in route.ok else f"answered {status}"
    if asker.gate:
        if address.startswith(OPEN_WITHOUT_SECOND_FACTOR):
            return ""
        return (
            "" if where.startswith(SECOND_FACTOR) else f"answered {status} {where} before the second factor"
        )
    if asker.role is None:
        ok = (status == 302 and where.startswith(LOGIN)) or status in (401, 403)
        return "" if ok else f"answered {status} {where} to somebody not signed in"
    if route.allows(asker.role, home=asker.home):
        if where.startswith(LOGIN):
            return "sent to sign in"
        return "" if status in route.ok else f"answered {status} {where}"
    return "" if status == 404 else f"LEAK: answered {status} {where}"


def concerns(asker: Asker, route: Route) -> bool:
    """Whether asking tells anything new: somebody far away matters where the address names an object at
    home."""
    if asker.role is None or asker.home:
        return True
    return route.own and route.allows(asker.role, home=True)


@pytest.mark.parametrize("area", [area.__name__.rsplit(".", 1)[1] for area in areas()])
def test_every_page_answers_everybody_as_listed(area: str, scene: Scene, cheap_refusals: None) -> None:
    wrong = []
    people = askers(scene)
    table = getattr(importlib.import_module(f"tests.access.expectations.{area}"), "ROUTES", {})
    for name, route in table.items():
        address = reverse(name, kwargs=route.kwargs(scene)) + query_of(route)
        for asker in people:
            if not concerns(asker, route):
                continue
            complaint = judge(asker, route, address, ask(asker.client, route, address, scene))
            if complaint:
                wrong.append(f"{name} ({route.method} {address}) as {asker.name}: {complaint}")
    assert not wrong, "\n".join(["", *wrong])


def token_for(account: Account, scope: str, **fields: object) -> str:
    secret = new_secret()
    now = timezone.now()
    ApiToken.objects.create(
        account=account,
        name="walk",
        prefix=secret.prefix,
        digest=secret.digest,
        scopes=[scope],
        created_at=now - timedelta(days=2),
        **{"ends_at": now + timedelta(days=1), **fields},
    )
    return secret.text


def test_every_operation_answers_everybody_as_listed(scene: Scene) -> None:
    wrong = []
    now = timezone.now()
    known = operations()
    # One client for all: it carries no session, and making one costs more than a call.
    caller = Client()
    for key, route in tables("OPERATIONS").items():
        method, template = key.split(" ", 1)
        address = template
        for name, value in route.kwargs(scene).items():
            address = address.replace(f"{{{name}}}", str(value)).replace(f"{{int:{name}}}", str(value))
        address += query_of(route)
        right = known[key].auth_callbacks[0].right  # type: ignore[attr-defined]
        asked = Route(route.who, route.kwargs, method, route.data, route.query, route.ok, route.own)
        tried: list[tuple[str, str | None, frozenset[int]]] = [("nobody", None, frozenset({401}))]
        for home, people in ((True, scene.people), (False, scene.far_people)):
            for role, account in people.items():
                if not home and not (route.own and route.allows(role, home=True)):
                    continue
                expected = route.ok if route.allows(role, home=home) else frozenset({404})
                tried.append(
                    (f"{role} {'at home' if home else 'far away'}", token_for(account, right), expected)
                )
        holder = next(scene.people[role] for role in Role if route.allows(role, home=True))
        tried += [
            ("a token of another scope", token_for(holder, "nothing.at.all"), frozenset({403})),
            ("an ended token", token_for(holder, right, ends_at=now - timedelta(days=1)), frozenset({401})),
            ("a revoked token", token_for(holder, right, revoked_at=now), frozenset({401})),
            ("a token nobody made", "jf_nonsense", frozenset({401})),
        ]
        for who, token, expected in tried:
            extra = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
            answer = ask(caller, asked, address, scene, **extra)
            if answer.status_code not in expected:
                wrong.append(f"{key} as {who}: answered {answer.status_code}, expected {sorted(expected)}")
    assert not wrong, "\n".join(["", *wrong])
