"""People, places and clients that every room's tests share.

Two worlds that must never see each other: the *home* city with its authority, key unit, contractor and alarm
centre, and the *far* city with the same. ``owner`` and ``colleague`` belong to the home unit, ``stranger``
to the far one. ``people`` holds one account of each role at home, ``far_people`` the same far away.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from jifang.identity.access import Actor, actor_for
from jifang.identity.models import Account, Grant, Organisation, Region
from jifang.identity.roles import Role

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
# Made once: hashing for each of some fifty accounts would be most of a test's time.
PASSWORD_HASH = "md5$salt$2338b2cbd799d580b6a70349f87de5ea"


@dataclass(frozen=True)
class World:
    """One city: its regions from the city down, and the bodies in it."""

    city: Region
    county: Region
    station: Region
    authority: Organisation
    unit: Organisation
    branch: Organisation
    contractor: Organisation
    centre: Organisation


def make_region(code: str, name: str, level: str, parent: Region | None) -> Region:
    """A region below ``parent``, its path set."""
    path = (parent.path if parent else "/") + code + "/"
    return Region.objects.create(code=code, name=name, level=level, parent=parent, path=path)


def make_organisation(
    kind: str, name: str, region: Region, parent: Organisation | None = None, **fields: str
) -> Organisation:
    """An organisation below ``parent``, its path set."""
    organisation = Organisation.objects.create(
        kind=kind, name=name, region=region, parent=parent, path=f"/new-{name}-{region.code}/", **fields
    )
    organisation.path = (parent.path if parent else "/") + f"{organisation.pk}/"
    organisation.save(update_fields=["path"])
    return organisation


def make_account(
    username: str,
    role: str | None,
    organisation: Organisation,
    *,
    region: Region | None = None,
    may_export: bool = False,
    granted_by: Account | None = None,
) -> Account:
    """An account with one grant: over ``region`` when given, otherwise over ``organisation``."""
    account = Account.objects.create(
        username=username,
        name=username.replace("_", " ").title(),
        organisation=organisation,
        password=PASSWORD_HASH,
        created_at=LONG_AGO,
    )
    if role is not None:
        Grant.objects.create(
            account=account,
            role=role,
            region=region,
            organisation=None if region else organisation,
            may_export=may_export,
            starts_at=LONG_AGO,
            granted_by=granted_by,
            reason="fixture",
        )
    return account


def actor_of(account: Account, *, at: datetime = AT, second_factor: bool = True) -> Actor:
    """The actor of ``account``, as a page or an API call would have it."""
    return actor_for(account, at=at, second_factor=second_factor)


def sign_in(account: Account, *, second_factor: bool = True, client: Client | None = None) -> Client:
    """A browser signed in as ``account``, its second factor passed a moment ago unless told otherwise."""
    client = client or Client()
    client.force_login(account)
    session = client.session
    now = time.time()
    proof = {"method": "password", "at": now, "username": account.username, "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(account.pk)
    if second_factor:
        session["second_factor"] = {"account": account.pk, "at": now}
    session.save()
    return client


def _world(number: str, name: str, province: Region) -> World:
    city = make_region(f"{number}00", f"{name}市", "city", province)
    county = make_region(f"{number}02", f"{name}东区", "county", city)
    station = make_region(f"{number}02001000", f"{name}东区一所", "station", county)
    unit = make_organisation("key_unit", f"{name}银行", station)
    return World(
        city=city,
        county=county,
        station=station,
        authority=make_organisation("authority", f"{name}市公安局", city),
        unit=unit,
        branch=make_organisation("unit", f"{name}银行支行", station, parent=unit),
        contractor=make_organisation("contractor", f"{name}技防工程公司", city),
        centre=make_organisation("alarm_service", f"{name}报警服务中心", city),
    )


def _people(prefix: str, world: World) -> dict[Role, Account]:
    def person(role: Role, organisation: Organisation, region: Region | None = None) -> Account:
        return make_account(f"{prefix}{role.value}", role, organisation, region=region)

    return {
        Role.SYSTEM_ADMINISTRATOR: person(Role.SYSTEM_ADMINISTRATOR, world.authority, world.city),
        Role.AUTHORITY_OFFICER: person(Role.AUTHORITY_OFFICER, world.authority, world.city),
        Role.AUTHORITY_REVIEWER: person(Role.AUTHORITY_REVIEWER, world.authority, world.city),
        Role.AUTHORITY_HEAD: person(Role.AUTHORITY_HEAD, world.authority, world.city),
        Role.UNIT_MANAGER: person(Role.UNIT_MANAGER, world.unit),
        Role.DUTY_OPERATOR: person(Role.DUTY_OPERATOR, world.unit),
        Role.DUTY_SUPERVISOR: person(Role.DUTY_SUPERVISOR, world.centre),
        Role.CONTRACTOR: person(Role.CONTRACTOR, world.contractor),
        Role.SERVICE_OPERATOR: person(Role.SERVICE_OPERATOR, world.centre),
        Role.AUDITOR: person(Role.AUDITOR, world.authority, world.city),
    }


@pytest.fixture(autouse=True)
def fast_passwords(settings: Settings) -> None:
    """Password hashing is not what the tests are about, and slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def short_memory(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit leave attempts and one-time codes behind: their tables are no models, nobody flushes
    them."""
    mark = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or bool(mark and mark.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE identity_cache, identity_throttle")


@pytest.fixture
def province(db: None) -> Region:
    """The root of both cities."""
    return make_region("130000", "测试省", "province", None)


@pytest.fixture
def world(province: Region) -> World:
    """The home city."""
    return _world("1301", "本地", province)


@pytest.fixture
def far_world(province: Region) -> World:
    """The other city, of which nobody at home may see anything."""
    return _world("1302", "远方", province)


@pytest.fixture
def people(world: World) -> dict[Role, Account]:
    """One account of each role at home."""
    return _people("", world)


@pytest.fixture
def far_people(far_world: World) -> dict[Role, Account]:
    """One account of each role in the far city."""
    return _people("far_", far_world)


@pytest.fixture
def owner(world: World) -> Account:
    """Manages the home unit."""
    return make_account("owner", Role.UNIT_MANAGER, world.unit)


@pytest.fixture
def colleague(world: World) -> Account:
    """Works in the same unit as ``owner``, on duty."""
    return make_account("colleague", Role.DUTY_OPERATOR, world.unit)


@pytest.fixture
def stranger(far_world: World) -> Account:
    """Manages a unit of another city."""
    return make_account("stranger", Role.UNIT_MANAGER, far_world.unit)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """``client_of(account)``: a browser signed in as that account with its second factor passed."""
    return sign_in
