"""Grants become one filter: what an actor sees, and what not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jifang.identity import queries, rights
from jifang.identity.models import Account
from jifang.identity.roles import Role, UnknownRightError, all_rights, register, roles_with
from tests.fixtures import AT, World, actor_of, make_account


def test_owner_and_stranger_are_apart(
    owner: Account, stranger: Account, world: World, far_world: World
) -> None:
    assert set(queries.organisations(actor_of(owner))) == {world.unit, world.branch}
    assert set(queries.organisations(actor_of(stranger))) == {far_world.unit, far_world.branch}
    assert set(queries.accounts(actor_of(owner))) == {owner}


def test_a_region_grant_reaches_the_subtree_and_not_the_neighbour(
    people: dict[Role, Account], world: World, far_world: World
) -> None:
    officer = actor_of(people[Role.AUTHORITY_OFFICER])
    assert set(queries.regions(officer)) == {world.city, world.county, world.station}
    assert far_world.unit not in queries.organisations(officer)


def test_a_path_is_a_prefix_of_whole_steps(world: World, province: object) -> None:
    account = make_account("county", Role.AUTHORITY_OFFICER, world.authority, region=world.county)
    assert world.city not in queries.regions(actor_of(account))


def test_the_actor_is_one_query_however_many_grants(world: World) -> None:
    account = make_account("many", Role.AUTHORITY_OFFICER, world.authority, region=world.city)
    for number in range(20):
        account.grants.create(
            role=Role.AUTHORITY_REVIEWER,
            region=world.county,
            starts_at=AT.replace(year=2020),
            reason=str(number),
        )
    with CaptureQueriesContext(
        connection,
    ) as captured:
        actor = actor_of(account)
        actor.may(rights.REGION_VIEW)
        actor.filter(rights.REGION_VIEW)
    assert len(captured) == 1


def test_grants_outside_their_period_do_not_count(world: World) -> None:
    account = make_account("past", Role.UNIT_MANAGER, world.unit)
    account.grants.update(ends_at=AT)
    assert not actor_of(account).may(rights.ACCOUNT_VIEW)
    account.grants.update(ends_at=None, starts_at=AT.replace(year=2030))
    assert not actor_of(account).may(rights.ACCOUNT_VIEW)


def test_a_closed_account_holds_nothing(world: World) -> None:
    account = make_account("gone", Role.UNIT_MANAGER, world.unit)
    account.is_active = False
    account.save()
    assert actor_of(account).reaches == ()


@pytest.mark.parametrize(
    "role", [Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR, Role.AUTHORITY_OFFICER, Role.AUTHORITY_HEAD]
)
def test_without_second_factor_these_roles_hold_nothing(people: dict[Role, Account], role: Role) -> None:
    actor = actor_of(people[role], second_factor=False)
    assert actor.second_factor_missing
    assert not any(actor.may(right) for right in all_rights())


def test_who_may_export_owes_a_second_factor(world: World) -> None:
    account = make_account("exporter", Role.DUTY_OPERATOR, world.unit, may_export=True)
    assert actor_of(account, second_factor=False).second_factor_missing
    assert not actor_of(account).second_factor_missing


def test_exporting_narrows_to_the_grants_that_may(world: World) -> None:
    account = make_account("mixed", Role.UNIT_MANAGER, world.unit)
    account.grants.create(
        role=Role.UNIT_MANAGER,
        organisation=world.branch,
        may_export=True,
        starts_at=AT.replace(year=2020),
        reason="branch",
    )
    actor = actor_of(account)
    assert set(queries.organisations(actor.exporting())) == {world.branch}


def test_a_token_reaches_no_further_than_its_scope(people: dict[Role, Account]) -> None:
    whole = actor_of(people[Role.SYSTEM_ADMINISTRATOR])
    narrow = type(whole)(
        name=whole.name,
        account_id=whole.account_id,
        reaches=whole.reaches,
        scopes=frozenset({rights.REGION_VIEW}),
    )
    assert narrow.may(rights.REGION_VIEW)
    assert not narrow.may(rights.ACCOUNT_MANAGE)


def test_a_right_nobody_registered_is_an_error() -> None:
    with pytest.raises(UnknownRightError):
        roles_with("identity.nothing.view")


def test_a_right_registered_twice_differently_is_an_error() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register(rights.AUDIT_VIEW, {Role.CONTRACTOR})
