"""Grants: within one's own, never to oneself, roles that must be apart stay apart."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from jifang.identity.access import SYSTEM
from jifang.identity.actions import grants
from jifang.identity.models import Account, Grant, LedgerEntry
from jifang.identity.roles import Role
from jifang.kernel.errors import BadInputError
from tests.fixtures import AT, World, actor_of, make_account


@pytest.fixture
def person(world: World) -> Account:
    return make_account("person", None, world.unit)


def test_the_administrator_grants_within_his_region(
    people: dict[Role, Account], person: Account, world: World
) -> None:
    by = actor_of(people[Role.SYSTEM_ADMINISTRATOR])
    grant = grants.give(
        person, role=Role.AUTHORITY_OFFICER, region=world.county, reason="joins", by=by, at=AT
    )
    assert grant.granted_by_id == by.account_id
    entry = LedgerEntry.objects.get()
    assert entry.kind == "identity.grant.given"
    assert "joins" not in bytes(entry.content).decode()


def test_nobody_grants_beyond_his_reach(
    people: dict[Role, Account], person: Account, world: World, far_world: World, province: object
) -> None:
    administrator = actor_of(people[Role.SYSTEM_ADMINISTRATOR])
    for where in (far_world.city, world.city.parent):
        with pytest.raises(PermissionDenied):
            grants.give(
                person, role=Role.AUTHORITY_OFFICER, region=where, reason="x", by=administrator, at=AT
            )
    manager = actor_of(people[Role.UNIT_MANAGER])
    with pytest.raises(PermissionDenied):
        grants.give(person, role=Role.AUTHORITY_HEAD, organisation=world.unit, reason="x", by=manager, at=AT)
    with pytest.raises(PermissionDenied):
        grants.give(person, role=Role.DUTY_OPERATOR, region=world.station, reason="x", by=manager, at=AT)
    grants.give(person, role=Role.DUTY_OPERATOR, organisation=world.branch, reason="x", by=manager, at=AT)


def test_a_manager_without_export_passes_no_export_on(
    people: dict[Role, Account], person: Account, world: World
) -> None:
    manager = actor_of(people[Role.UNIT_MANAGER])
    with pytest.raises(PermissionDenied):
        grants.give(
            person,
            role=Role.DUTY_OPERATOR,
            organisation=world.unit,
            may_export=True,
            reason="x",
            by=manager,
            at=AT,
        )


def test_a_stranger_grants_nothing(stranger: Account, person: Account, world: World) -> None:
    with pytest.raises(PermissionDenied):
        grants.give(
            person, role=Role.DUTY_OPERATOR, organisation=world.unit, reason="x", by=actor_of(stranger), at=AT
        )


def test_nobody_grants_to_himself(people: dict[Role, Account], world: World) -> None:
    administrator = people[Role.SYSTEM_ADMINISTRATOR]
    with pytest.raises(BadInputError, match="himself"):
        grants.give(
            administrator,
            role=Role.SYSTEM_ADMINISTRATOR,
            region=world.city,
            reason="x",
            by=actor_of(administrator),
            at=AT,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            account=administrator,
            role=Role.SYSTEM_ADMINISTRATOR,
            region=world.city,
            starts_at=AT,
            granted_by=administrator,
            reason="straight into the table",
        )


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.SYSTEM_ADMINISTRATOR, Role.AUTHORITY_HEAD),
        (Role.SYSTEM_ADMINISTRATOR, Role.DUTY_OPERATOR),
        (Role.AUDITOR, Role.AUTHORITY_OFFICER),
        (Role.DUTY_OPERATOR, Role.AUDITOR),
        (Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR),
    ],
)
def test_roles_that_must_be_apart_stay_apart(world: World, held: Role, wanted: Role) -> None:
    account = make_account("one", held, world.authority, region=world.city)
    with pytest.raises(BadInputError) as refused:
        grants.give(account, role=wanted, region=world.city, reason="x", by=SYSTEM, at=AT)
    assert refused.value.field == "role"
    with pytest.raises(IntegrityError, match="same period"), transaction.atomic():
        Grant.objects.create(account=account, role=wanted, region=world.city, starts_at=AT, reason="x")


def test_apart_means_at_the_same_time(world: World) -> None:
    account = make_account("one", Role.DUTY_OPERATOR, world.unit)
    account.grants.update(ends_at=AT)
    grants.give(account, role=Role.AUDITOR, region=world.city, reason="changed sides", by=SYSTEM, at=AT)


def test_ending_a_grant_ends_it_now(people: dict[Role, Account], colleague: Account) -> None:
    grant = colleague.grants.get()
    manager = actor_of(people[Role.UNIT_MANAGER])
    ended = grants.end(grant, reason="moved", by=manager, at=AT)
    assert (ended.ends_at, ended.end_reason, ended.ended_by_id) == (AT, "moved", manager.account_id)
    assert actor_of(colleague).reaches == ()
    with pytest.raises(BadInputError, match="ended already"):
        grants.end(grant, reason="again", by=manager, at=AT + timedelta(days=1))


def test_a_grant_that_has_not_begun_is_taken_back(
    people: dict[Role, Account], person: Account, world: World
) -> None:
    by = actor_of(people[Role.SYSTEM_ADMINISTRATOR])
    grant = grants.give(
        person,
        role=Role.CONTRACTOR,
        organisation=world.unit,
        starts_at=AT + timedelta(days=9),
        reason="x",
        by=by,
        at=AT,
    )
    grants.end(grant, reason="not needed", by=by, at=AT)
    assert not person.grants.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "emperor"}, "role"),
        ({"region": None}, "region"),
        ({"ends_at": AT - timedelta(days=1)}, "ends_at"),
        ({"reason": " "}, "reason"),
    ],
)
def test_bad_input_names_its_field(
    person: Account, world: World, changes: dict[str, object], field: str
) -> None:
    sound = {"role": Role.AUTHORITY_OFFICER, "region": world.city, "reason": "x"}
    with pytest.raises(BadInputError) as refused:
        grants.give(person, **{**sound, **changes}, by=SYSTEM, at=AT)  # type: ignore[arg-type]
    assert refused.value.field == field
