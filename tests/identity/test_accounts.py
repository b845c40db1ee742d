"""Accounts: opened without rights, taken in hand only by who could grant what they hold, closed
everywhere."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from jifang.identity.access import SYSTEM
from jifang.identity.actions import accounts
from jifang.identity.models import Account, ApiToken, Grant, LedgerEntry
from jifang.identity.roles import Role
from jifang.kernel.errors import BadInputError
from tests.fixtures import AT, World, actor_of, make_account, sign_in


def open_account(world: World, by: Account, username: str = "new.person") -> Account:
    return accounts.create(username=username, name="新人", organisation=world.unit, by=actor_of(by), at=AT)


def test_a_new_account_has_no_password_and_no_right(people: dict[Role, Account], world: World) -> None:
    person = open_account(world, people[Role.SYSTEM_ADMINISTRATOR])
    assert not person.has_usable_password()
    assert actor_of(person).reaches == ()
    assert LedgerEntry.objects.get().kind == "identity.account.opened"


def test_user_names_differ_in_more_than_case(people: dict[Role, Account], world: World) -> None:
    open_account(world, people[Role.SYSTEM_ADMINISTRATOR], "Wang")
    with pytest.raises(BadInputError) as refused:
        open_account(world, people[Role.SYSTEM_ADMINISTRATOR], "wang")
    assert refused.value.field == "username"
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(username="WANG", name="x", organisation=world.unit, created_at=AT)


@pytest.mark.parametrize("username", ["", "two words", "a" * 61, "tab\tbed"])
def test_a_bad_user_name_names_its_field(people: dict[Role, Account], world: World, username: str) -> None:
    with pytest.raises(BadInputError) as refused:
        open_account(world, people[Role.SYSTEM_ADMINISTRATOR], username)
    assert refused.value.field == "username"


def test_nobody_opens_accounts_elsewhere(people: dict[Role, Account], far_world: World) -> None:
    for role in (Role.SYSTEM_ADMINISTRATOR, Role.UNIT_MANAGER):
        with pytest.raises(PermissionDenied):
            open_account(far_world, people[role])


def test_a_units_manager_cannot_take_over_somebody_above(people: dict[Role, Account], world: World) -> None:
    colleague = make_account("both", Role.AUTHORITY_OFFICER, world.unit, region=world.city)
    manager = actor_of(people[Role.UNIT_MANAGER])
    for act in (accounts.issue_link, accounts.reset_second_factor, accounts.close):
        with pytest.raises(PermissionDenied):
            act(colleague, reason="nice try", by=manager, at=AT)


def test_nobody_resets_or_closes_himself(people: dict[Role, Account]) -> None:
    administrator = people[Role.SYSTEM_ADMINISTRATOR]
    for act in (accounts.issue_link, accounts.reset_second_factor, accounts.close):
        with pytest.raises(BadInputError):
            act(administrator, reason="me", by=actor_of(administrator), at=AT)


def test_the_last_administrator_stays(people: dict[Role, Account], world: World) -> None:
    administrator = people[Role.SYSTEM_ADMINISTRATOR]
    with pytest.raises(BadInputError, match="last system administrator"):
        accounts.close(administrator, reason="leaves", by=SYSTEM, at=AT)
    make_account("second", Role.SYSTEM_ADMINISTRATOR, world.authority, region=world.city)
    accounts.close(administrator, reason="leaves", by=SYSTEM, at=AT)


def test_a_leaver_is_closed_everywhere_at_once(people: dict[Role, Account], world: World) -> None:
    leaver = make_account("leaver", Role.DUTY_OPERATOR, world.unit, may_export=True)
    later = Grant.objects.create(
        account=leaver,
        role=Role.CONTRACTOR,
        organisation=world.unit,
        starts_at=AT.replace(year=2030),
        reason="planned",
    )
    client = sign_in(leaver)
    assert client.get("/account/").status_code == 200
    UserSession.objects.create(
        user=leaver, session_key=client.session.session_key, ip="192.0.2.1", user_agent=""
    )
    Authenticator.objects.create(user=leaver, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
    ApiToken.objects.create(
        account=leaver,
        name="t",
        prefix="jf_",
        digest="2" * 64,
        scopes=["x"],
        created_at=AT,
        ends_at=AT.replace(year=2050),
    )
    accounts.close(leaver, reason="left the unit", by=actor_of(people[Role.SYSTEM_ADMINISTRATOR]), at=AT)
    leaver.refresh_from_db()
    assert not leaver.is_active
    assert not leaver.has_usable_password()
    assert not Authenticator.objects.filter(user=leaver).exists()
    assert not UserSession.objects.filter(user=leaver).exists()
    assert not Session.objects.filter(session_key=client.session.session_key).exists()
    assert not ApiToken.objects.filter(account=leaver, revoked_at__isnull=True).exists()
    assert not Grant.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=AT), account=leaver).exists()
    assert not Grant.objects.filter(pk=later.pk).exists()
    assert client.get("/account/").headers["Location"].startswith("/account/login/")
    assert LedgerEntry.objects.get().kind == "identity.account.closed"


def test_a_closed_account_cannot_be_active(world: World) -> None:
    account = make_account("odd", None, world.unit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(closed_at=AT)


def test_history_tells_who_when_and_why(people: dict[Role, Account], world: World) -> None:
    person = open_account(world, people[Role.SYSTEM_ADMINISTRATOR])
    accounts.edit(
        person,
        name="改名",
        organisation=world.unit,
        by=actor_of(people[Role.SYSTEM_ADMINISTRATOR]),
        at=AT,
        reason="married",
    )
    last = person.events.select_related("pgh_context").latest("pgh_id")
    assert last.name == "改名"
    assert last.pgh_context.metadata["account"] == people[Role.SYSTEM_ADMINISTRATOR].pk
    assert last.pgh_context.metadata["reason"] == "married"
    assert last.pgh_context.metadata["at"] == AT.isoformat()
    assert not hasattr(last, "password")


def test_history_is_never_altered(people: dict[Role, Account], world: World) -> None:
    person = open_account(world, people[Role.SYSTEM_ADMINISTRATOR])
    event = person.events.get()
    for act in ("UPDATE identity_accountevent SET name = 'x'", "DELETE FROM identity_accountevent"):
        with pytest.raises(Exception, match="annot"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)
    event.refresh_from_db()
    assert event.name == "新人"
