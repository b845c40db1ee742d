"""Acts of people on alarms: the lock, the lifecycle, what closing asks for, the ledger, and who may not."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from jifang.identity.models import Account, LedgerEntry
from jifang.identity.roles import Role
from jifang.kernel.errors import BadInputError
from jifang.operations.alarms import actions, faults
from jifang.operations.alarms.errors import HeldByOtherError, KeyReusedError, NotOpenError
from jifang.operations.alarms.lifecycle import TABLE, Act, State, acts_open
from jifang.operations.alarms.models import Activation, Decision
from jifang.operations.alarms.outcomes import Result
from jifang.registry import phrases
from jifang.registry.models import Contact, Site
from tests.fixtures import World, actor_of, make_account
from tests.operations.alarms.conftest import T0, later, make_alarm

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(site: Site) -> Activation:
    return make_alarm(site)


@pytest.fixture
def second(world: World) -> Account:
    return make_account("second", Role.DUTY_OPERATOR, world.unit)


@pytest.fixture
def supervisor(world: World) -> Account:
    return make_account("supervisor", Role.DUTY_SUPERVISOR, world.centre)


def test_taking_locks_to_one_and_tells_the_other_who(
    alarm: Activation, colleague: Account, second: Account
) -> None:
    actions.take(alarm, by=actor_of(colleague), at=later(5))
    assert (alarm.state, alarm.owner_id, alarm.taken_at) == ("taken", colleague.pk, later(5))
    with pytest.raises(HeldByOtherError) as refused:
        actions.take(Activation.objects.get(pk=alarm.pk), by=actor_of(second), at=later(6))
    assert refused.value.name == colleague.name
    assert refused.value.since == later(5)


def test_the_database_itself_refuses_two_hands_or_none(alarm: Activation, colleague: Account) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.filter(pk=alarm.pk).update(state="taken")
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.filter(pk=alarm.pk).update(owner=colleague, held_since=T0)


def test_the_next_alarm_is_the_most_urgent_then_the_oldest(site: Site, colleague: Account) -> None:
    make_alarm(site, "technical")
    burglary = make_alarm(site, "burglary")
    hold_up = make_alarm(site, "hold_up")
    actor = actor_of(colleague)
    assert actions.take_next(by=actor, at=later(1)) == hold_up
    assert actions.take_next(by=actor, at=later(2)) == burglary
    actions.take_next(by=actor, at=later(3))
    assert actions.take_next(by=actor, at=later(4)) is None


def test_only_the_holder_acts_and_everybody_else_is_told_who_holds(
    alarm: Activation, colleague: Account, second: Account
) -> None:
    with pytest.raises(NotOpenError):
        actions.note(alarm, text="saw it", by=actor_of(colleague), at=T0)
    actions.take(alarm, by=actor_of(colleague), at=T0)
    with pytest.raises(HeldByOtherError):
        actions.note(alarm, text="me too", by=actor_of(second), at=T0)
    with pytest.raises(HeldByOtherError):
        actions.close(alarm, result="test", by=actor_of(second), at=T0)
    actions.note(alarm, text="saw it", by=actor_of(colleague), at=later(9))
    assert (alarm.state, alarm.started_at) == ("in_progress", later(9))


def test_released_it_waits_again_and_keeps_the_first_times(
    alarm: Activation, colleague: Account, second: Account
) -> None:
    actions.take(alarm, by=actor_of(colleague), at=later(5))
    actions.do_step(alarm, step="picture", by=actor_of(colleague), at=later(6))
    actions.release(alarm, reason="end of shift", by=actor_of(colleague), at=later(7))
    assert (alarm.state, alarm.owner_id) == ("new", None)
    actions.take(alarm, by=actor_of(second), at=later(8))
    assert (alarm.taken_at, alarm.started_at, alarm.held_since) == (later(5), later(6), later(8))


def test_a_supervisor_takes_over_with_a_reason_an_operator_cannot(
    alarm: Activation, colleague: Account, second: Account, supervisor: Account
) -> None:
    actions.take(alarm, by=actor_of(colleague), at=T0)
    with pytest.raises(PermissionDenied):
        actions.take_over(alarm, reason="mine", by=actor_of(second), at=later(1))
    with pytest.raises(BadInputError):
        actions.take_over(alarm, reason=" ", by=actor_of(supervisor), at=later(1))
    decision = actions.take_over(alarm, reason="console died", by=actor_of(supervisor), at=later(2))
    assert alarm.owner_id == supervisor.pk
    assert decision.former_owner_id == colleague.pk
    with pytest.raises(HeldByOtherError):
        actions.note(alarm, text="back", by=actor_of(colleague), at=later(3))


def test_strangers_cannot_act_nor_see(alarm: Activation, far_people: dict[Role, Account]) -> None:
    for role in (Role.DUTY_OPERATOR, Role.DUTY_SUPERVISOR, Role.SERVICE_OPERATOR):
        with pytest.raises(PermissionDenied):
            actions.take(alarm, by=actor_of(far_people[role]), at=T0)
        assert actions.take_next(by=actor_of(far_people[role]), at=T0) is None


@pytest.mark.parametrize(
    "role", [Role.UNIT_MANAGER, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR, Role.CONTRACTOR]
)
def test_who_is_not_on_duty_cannot_take(alarm: Activation, people: dict[Role, Account], role: Role) -> None:
    with pytest.raises(PermissionDenied):
        actions.take(alarm, by=actor_of(people[role]), at=T0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"result": "false"}, "cause"),
        ({"result": "false", "cause": "ghosts"}, "cause"),
        ({"result": "real"}, "text"),
        ({"result": "no such"}, "result"),
    ],
)
def test_closing_asks_for_what_the_result_needs(
    alarm: Activation, colleague: Account, wrong: dict[str, str], field: str
) -> None:
    actions.take(alarm, by=actor_of(colleague), at=T0)
    with pytest.raises(BadInputError) as refused:
        actions.close(alarm, by=actor_of(colleague), at=T0, **wrong)
    assert refused.value.field == field


def test_closing_is_for_good(alarm: Activation, colleague: Account) -> None:
    actor = actor_of(colleague)
    actions.take(alarm, by=actor, at=T0)
    actions.close(alarm, result="false", cause="user", text="wrong code", by=actor, at=later(60))
    assert (alarm.state, alarm.owner_id, alarm.closed_by_id) == ("closed", None, colleague.pk)
    assert (alarm.result, alarm.cause, alarm.closing_note) == ("false", "user", "wrong code")
    with pytest.raises(NotOpenError):
        actions.take(alarm, by=actor, at=later(61))


@pytest.mark.parametrize("danger", ["hold_up", "fire", "medical", "tamper"])
def test_danger_is_never_closed_as_restored(site: Site, colleague: Account, danger: str) -> None:
    alarm = make_alarm(site, danger)
    actions.take(alarm, by=actor_of(colleague), at=T0)
    with pytest.raises(BadInputError):
        actions.close(alarm, result=Result.RESTORED, by=actor_of(colleague), at=T0)


def test_every_decision_is_a_row_and_a_ledger_entry_and_neither_can_be_changed(
    alarm: Activation, colleague: Account
) -> None:
    actor = actor_of(colleague)
    actions.take(alarm, by=actor, at=T0)
    actions.note(alarm, text="door open", by=actor, at=later(1))
    actions.close(alarm, result="test", by=actor, at=later(2))
    moves = list(Decision.objects.order_by("id").values_list("act", "from_state", "to_state"))
    assert moves == [
        ("take", "new", "taken"),
        ("note", "taken", "in_progress"),
        ("close", "in_progress", "closed"),
    ]
    kinds = list(LedgerEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["alarms.activation.take", "alarms.activation.note", "alarms.activation.close"]
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE alarms_decision SET text = 'nothing'")
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM alarms_decision")


def test_every_look_at_a_pass_phrase_is_on_the_ledger_and_only_the_holder_looks(
    alarm: Activation, site: Site, other_site: Site, colleague: Account, second: Account
) -> None:
    contact = Contact.objects.create(site=site, name="Li", role="manager", phone="1")
    Contact.objects.filter(pk=contact.pk).update(pass_phrase=phrases.seal(contact, "blue heron"))
    contact.refresh_from_db()
    with pytest.raises(NotOpenError):
        actions.look_at_pass_phrase(alarm, contact=contact, by=actor_of(colleague), at=T0)
    actions.take(alarm, by=actor_of(colleague), at=T0)
    assert actions.look_at_pass_phrase(alarm, contact=contact, by=actor_of(colleague), at=T0) == "blue heron"
    assert LedgerEntry.objects.filter(kind="alarms.activation.look").count() == 1
    with pytest.raises(HeldByOtherError):
        actions.look_at_pass_phrase(alarm, contact=contact, by=actor_of(second), at=T0)
    elsewhere = Contact.objects.create(site=other_site, name="Wu", role="manager", phone="2")
    with pytest.raises(BadInputError):
        actions.look_at_pass_phrase(alarm, contact=elsewhere, by=actor_of(colleague), at=T0)
    assert LedgerEntry.objects.filter(kind="alarms.activation.look").count() == 1


def test_a_key_makes_a_write_happen_once(alarm: Activation, colleague: Account) -> None:
    actor = actor_of(colleague)
    taken = actions.take(alarm, by=actor, at=T0, key="k1")
    again = actions.take(alarm, by=actor, at=later(9), key="k1")
    assert again.pk == taken.pk
    assert again.at == T0
    actions.note(alarm, text="one", by=actor, at=later(1), key="k2")
    actions.note(alarm, text="one", by=actor, at=later(2), key="k2")
    assert Decision.objects.filter(act="note").count() == 1
    with pytest.raises(KeyReusedError):
        actions.note(alarm, text="two", by=actor, at=later(3), key="k2")


def test_the_card_offers_exactly_what_the_table_has() -> None:
    for state in State:
        offered = acts_open(state, holds=True, supervises=True)
        for act in Act:
            row = TABLE.get((state, act))
            assert (act in offered) == (row is not None and row.who != "supervisor")
    assert acts_open("taken", holds=False, supervises=True) == {Act.TAKE_OVER}
    assert acts_open("taken", holds=False, supervises=False) == frozenset()
    assert acts_open("closed", holds=True, supervises=True) == frozenset()


def test_a_platform_fault_is_one_alarm_until_it_is_closed(people: dict[Role, Account]) -> None:
    first = faults.raise_fault("disk_low:var", text="1 GB left", severity="high", at=T0)
    again = faults.raise_fault("disk_low:var", text="0.5 GB left", severity="high", at=later(60))
    assert again.pk == first.pk
    assert faults.clear_fault("disk_low:var", at=later(90))
    assert not faults.clear_fault("clock_off:web", at=later(90))
    first.refresh_from_db()
    assert (first.text, first.restored_at, first.state) == ("0.5 GB left", later(90), "new")
    watcher = actor_of(people[Role.SERVICE_OPERATOR])
    actions.take(first, by=watcher, at=later(100))
    actions.close(first, result="restored", by=watcher, at=later(110))
    new = faults.raise_fault("disk_low:var", text="full", severity="high", at=later(200))
    assert new.pk != first.pk
    assert new.previous_id == first.pk
