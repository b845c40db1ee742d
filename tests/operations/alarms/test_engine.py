"""From stored signals to alarms: what joins, what opens, what only belongs, and that nothing is lost or
doubled.
"""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from jifang.operations.alarms.engine import Engine
from jifang.operations.alarms.models import Activation, Cursor, Event
from jifang.registry.models import Site
from tests.operations.alarms.conftest import later, run, send

Open = Callable[[], psycopg.Connection[Any]]


def open_rows() -> list[tuple[str, int]]:
    return [(a.priority_class, a.signal_count) for a in Activation.objects.order_by("id")]


def test_signals_of_one_site_and_class_join_one_alarm(
    engine: Engine, site: Site, open_connection: Open
) -> None:
    gateway = open_connection()
    first = send(gateway, site, "130", zone=3)
    send(gateway, site, "131", zone=4, at=later(10))
    assert run(engine) == 2
    send(gateway, site, "130", zone=3, at=later(20))
    run(engine)
    alarm = Activation.objects.get()
    assert (alarm.site_id, alarm.priority_class, alarm.state) == (site.pk, "burglary", "new")
    assert (alarm.signal_count, alarm.zones, alarm.first_signal, alarm.last_at) == (
        3,
        [3, 4],
        first,
        later(20),
    )
    assert alarm.opened_at == later(0)
    assert Event.objects.filter(activation=alarm, part="raises").count() == 3


def test_hold_up_never_joins_a_burglary_nor_the_other_way_round(
    engine: Engine, site: Site, open_connection: Open
) -> None:
    gateway = open_connection()
    send(gateway, site, "130")
    send(gateway, site, "122", event_class="hold_up")
    send(gateway, site, "130")
    send(gateway, site, "122", event_class="hold_up")
    run(engine)
    assert open_rows() == [("burglary", 2), ("hold_up", 2)]
    hold_up, burglary = Activation.objects.order_by("priority")
    assert hold_up.priority_class == "hold_up"
    assert hold_up.priority < burglary.priority


def test_sites_never_share_an_alarm(
    engine: Engine, site: Site, other_site: Site, open_connection: Open
) -> None:
    gateway = open_connection()
    send(gateway, site, "130")
    send(gateway, other_site, "130")
    run(engine)
    assert {a.site_id for a in Activation.objects.all()} == {site.pk, other_site.pk}


def test_after_closing_a_signal_opens_a_new_alarm_linked_to_the_old(
    engine: Engine, site: Site, open_connection: Open, closed_by_somebody: Callable[[Activation], None]
) -> None:
    gateway = open_connection()
    send(gateway, site, "130")
    run(engine)
    old = Activation.objects.get()
    closed_by_somebody(old)
    send(gateway, site, "130", at=later(60))
    run(engine)
    new = Activation.objects.exclude(pk=old.pk).get()
    assert new.previous_id == old.pk
    assert new.signal_count == 1
    assert Activation.objects.get(pk=old.pk).signal_count == 1


def test_a_restore_belongs_to_the_open_alarm_and_opens_none(
    engine: Engine, site: Site, open_connection: Open
) -> None:
    gateway = open_connection()
    send(gateway, site, "130", qualifier="3")
    run(engine)
    assert not Activation.objects.exists()
    send(gateway, site, "130", zone=3)
    send(gateway, site, "130", zone=4)
    send(gateway, site, "130", zone=3, qualifier="3", at=later(5))
    run(engine)
    alarm = Activation.objects.get()
    assert alarm.restored_at is None
    assert alarm.standing == ["130@1:4"]
    send(gateway, site, "130", zone=4, qualifier="3", at=later(9))
    run(engine)
    alarm.refresh_from_db()
    assert alarm.restored_at == later(9)
    assert alarm.state == "new"
    send(gateway, site, "130", zone=4, at=later(12))
    run(engine)
    alarm.refresh_from_db()
    assert alarm.restored_at is None


def test_sia_restores_end_only_what_they_name(engine: Engine, site: Site, open_connection: Open) -> None:
    gateway = open_connection()
    send(gateway, site, "AT", scheme="SIA", zone=None, event_class="technical")
    send(gateway, site, "YT", scheme="SIA", zone=None, event_class="technical")
    send(gateway, site, "AR", scheme="SIA", zone=None, event_class="technical")
    run(engine)
    alarm = Activation.objects.get()
    assert alarm.standing == ["YT@1:0"]
    assert alarm.restored_at is None


def test_an_opening_tells_the_open_burglary_and_opens_nothing(
    engine: Engine, site: Site, open_connection: Open
) -> None:
    gateway = open_connection()
    send(gateway, site, "401", event_class="open_close", zone=None)
    run(engine)
    assert not Activation.objects.exists()
    send(gateway, site, "130")
    send(gateway, site, "401", event_class="open_close", zone=None, at=later(30))
    run(engine)
    alarm = Activation.objects.get()
    assert alarm.signal_count == 2
    assert list(Event.objects.order_by("signal_id").values_list("part", flat=True)) == ["raises", "tells"]


def test_tests_are_only_logged(engine: Engine, site: Site, open_connection: Open) -> None:
    send(open_connection(), site, "602", event_class="test", zone=None)
    assert run(engine) == 1
    assert not Activation.objects.exists()
    assert not Event.objects.exists()


def test_an_unknown_code_is_looked_at_by_a_person(engine: Engine, site: Site, open_connection: Open) -> None:
    send(open_connection(), site, "??", scheme="SIA", event_class="unknown")
    run(engine)
    assert open_rows() == [("unknown", 1)]


def test_an_unregistered_account_has_an_alarm_of_its_own(engine: Engine, open_connection: Open) -> None:
    gateway = open_connection()
    send(gateway, None, "130", account="77AB")
    send(gateway, None, "130", account="77AB")
    send(gateway, None, "130", account="77AC")
    run(engine)
    found = [(a.site_id, a.listener, a.account, a.signal_count) for a in Activation.objects.order_by("id")]
    assert found == [(None, 1, "77AB", 2), (None, 1, "77AC", 1)]


def test_a_failed_path_is_restored_by_the_same_path_only(
    engine: Engine, site: Site, open_connection: Open
) -> None:
    gateway = open_connection()
    own = {"protocol": "jifang", "scheme": "jifang", "event_class": "supervision", "zone": None}
    send(gateway, site, "path.late", path=7, **own)
    run(engine)
    assert not Activation.objects.exists()
    send(gateway, site, "path.failed", path=7, **own)
    send(gateway, site, "path.failed", qualifier="3", path=8, **own)
    run(engine)
    assert Activation.objects.get().restored_at is None
    send(gateway, site, "path.failed", qualifier="3", path=7, at=later(3), **own)
    run(engine)
    assert Activation.objects.get().restored_at == later(3)


def test_a_signal_of_a_site_that_is_gone_stops_nothing(
    engine: Engine, site: Site, open_connection: Open
) -> None:
    gateway = open_connection()
    send(gateway, site, "130", account="2002")
    Site.objects.filter(pk=site.pk).delete()
    send(gateway, None, "130", account="2003")
    assert run(engine) == 2
    assert {a.account for a in Activation.objects.all()} == {"2002", "2003"}


def test_a_clock_that_steps_back_an_hour_changes_no_joining(
    engine: Engine, site: Site, open_connection: Open
) -> None:
    gateway = open_connection()
    send(gateway, site, "130", zone=1, at=later(3600))
    send(gateway, site, "130", zone=2, at=later(0))
    run(engine)
    alarm = Activation.objects.get()
    assert alarm.signal_count == 2
    assert alarm.last_at == later(3600)


def test_an_older_transaction_that_commits_late_is_not_skipped(
    engine: Engine, site: Site, other_site: Site, open_connection: Open
) -> None:
    slow, fast = open_connection(), open_connection()
    with slow.transaction():
        early = send(slow, site, "130")
        late = send(fast, other_site, "130")
        assert early < late
        assert run(engine) == 1
        assert [a.site_id for a in Activation.objects.all()] == [other_site.pk]
        send(fast, other_site, "131", zone=2)
        assert run(engine) == 1
    assert run(engine) == 1
    assert {a.site_id for a in Activation.objects.all()} == {site.pk, other_site.pk}
    assert run(engine) == 0


def test_a_long_transaction_about_something_else_holds_nothing_up(
    engine: Engine, site: Site, open_connection: Open
) -> None:
    importer, gateway = open_connection(), open_connection()
    with importer.transaction():
        importer.execute("SELECT pg_current_xact_id()")
        send(gateway, site, "130")
        assert run(engine) == 1
        assert Activation.objects.count() == 1


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_batches_of_any_size_give_the_same_alarms_across_open_transactions(
    batch: int, site: Site, other_site: Site, open_connection: Open
) -> None:
    engine = Engine(open_connection(), batch=batch)
    slow, fast = open_connection(), open_connection()
    with slow.transaction():
        for zone in range(1, 6):
            send(slow, site, "130", zone=zone)
            send(fast, other_site, "130", zone=zone)
        engine.step(at=later(0))
        for zone in range(6, 9):
            send(fast, other_site, "130", zone=zone)
        engine.step(at=later(0))
    run(engine)
    assert {a.site_id: a.zones for a in Activation.objects.all()} == {
        site.pk: [1, 2, 3, 4, 5],
        other_site.pk: [1, 2, 3, 4, 5, 6, 7, 8],
    }
    assert Event.objects.count() == 13


def test_reading_everything_again_doubles_nothing(engine: Engine, site: Site, open_connection: Open) -> None:
    gateway = open_connection()
    for zone in range(5):
        send(gateway, site, "130", zone=zone)
    run(engine)
    Cursor.objects.all().delete()
    assert run(engine) == 5
    assert open_rows() == [("burglary", 5)]
    assert Event.objects.count() == 5


def test_killed_in_the_middle_of_a_batch_the_next_engine_does_it_once(
    site: Site, open_connection: Open
) -> None:
    gateway, first = open_connection(), open_connection()
    for zone in range(1, 5):
        send(gateway, site, "130", zone=zone)
    dying = Engine(first)
    assert dying.lead()
    with pytest.raises(psycopg.OperationalError), first.transaction():  # noqa: PT012
        dying.step(at=later(0))
        gateway.execute("SELECT pg_terminate_backend(%s, 10000)", [first.info.backend_pid])
        first.execute("SELECT 1")
    assert not Activation.objects.exists()
    heir = Engine(open_connection())
    assert heir.lead()
    run(heir)
    assert open_rows() == [("burglary", 4)]


def test_one_engine_at_a_time(open_connection: Open) -> None:
    first, second = open_connection(), open_connection()
    assert Engine(first).lead()
    assert not Engine(second).lead()
    # Waits until the session is gone, with its lock: closing alone only tells the server to go.
    second.execute("SELECT pg_terminate_backend(%s, 10000)", [first.info.backend_pid])
    assert Engine(second).lead()


def test_after_a_restore_into_another_cluster_reading_goes_on(
    site: Site, other_site: Site, open_connection: Open
) -> None:
    """A restored dump has rows with foreign transaction ids, higher than any of ours; so does its cursor."""
    gateway = open_connection()
    foreign = 9_000_000_000
    for number, (where, xid) in enumerate([(site, foreign), (site, foreign + 5), (other_site, foreign + 9)]):
        signal = send(gateway, where, "130", zone=number + 1)
        gateway.execute("SET session_replication_role = replica")
        gateway.execute("UPDATE alarm_signal SET xid = %s::text::xid8 WHERE id = %s", [str(xid), signal])
        gateway.execute("SET session_replication_role = DEFAULT")
    Cursor.objects.create(
        reader="engine", cluster="another", done=f"{foreign + 1}:{foreign + 9}:{foreign + 5}", processed=1
    )
    engine = Engine(open_connection())
    run(engine)
    # The first was dealt with before the dump; the one still running then, and the newer one, were not.
    assert {a.site_id: a.zones for a in Activation.objects.all()} == {site.pk: [2], other_site.pk: [3]}
    send(gateway, site, "130", zone=8)
    assert run(engine) == 1
    assert Activation.objects.get(site=site).zones == [2, 8]
