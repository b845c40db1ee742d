"""Two at once, a worker that loses its database, a day read again: nothing lost, doubled or taken twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.operations.alarms import actions, worker
from jifang.operations.alarms.engine import Engine
from jifang.operations.alarms.errors import HeldByOtherError
from jifang.operations.alarms.models import Activation, Decision, Event
from jifang.registry.models import Site
from tests.fixtures import World, actor_of, make_account
from tests.operations.alarms.conftest import T0, later, make_alarm, make_site, run, send

Open = Callable[[], psycopg.Connection[Any]]
PATIENCE = 30.0
pytestmark = pytest.mark.django_db(transaction=True)


def together(works: list[Callable[[], Any]]) -> list[Any]:
    """Run all at once, each on a connection of its own; returns results or exceptions in order."""
    gate = threading.Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return work()
        except HeldByOtherError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_of_many_who_take_one_alarm_at_once_exactly_one_gets_it(site: Site, world: World) -> None:
    alarm = make_alarm(site)
    actors = [actor_of(make_account(f"op{n}", Role.DUTY_OPERATOR, world.centre)) for n in range(6)]
    results = together(
        [
            lambda actor=actor: actions.take(Activation.objects.get(pk=alarm.pk), by=actor, at=T0)
            for actor in actors
        ]
    )
    winners = [result for result in results if isinstance(result, Decision)]
    assert len(winners) == 1
    alarm.refresh_from_db()
    assert alarm.owner_id == winners[0].by_id
    assert {r.name for r in results if isinstance(r, HeldByOtherError)} == {winners[0].by_name}
    assert Decision.objects.count() == 1


def test_who_press_the_key_at_once_get_different_alarms(world: World) -> None:
    alarms = [make_alarm(make_site(f"N-{n}", world)) for n in range(5)]
    actors = [actor_of(make_account(f"op{n}", Role.DUTY_OPERATOR, world.centre)) for n in range(5)]
    taken = together([lambda actor=actor: actions.take_next(by=actor, at=T0) for actor in actors])
    assert {alarm.pk for alarm in taken if alarm} == {alarm.pk for alarm in alarms}


def test_the_worker_takes_up_signals_by_itself_and_survives_its_connection(
    site: Site, other_site: Site, open_connection: Open
) -> None:
    listener, gateway = open_connection(), open_connection()
    listener.execute("LISTEN alarm_activation")
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        send(gateway, site, "130")
        gateway.execute("NOTIFY alarm_signal")
        assert list(listener.notifies(timeout=PATIENCE, stop_after=1))
        gateway.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'jifang alarm engine' AND datname = current_database()"
        )
        send(gateway, other_site, "130")
        assert list(listener.notifies(timeout=PATIENCE, stop_after=1))
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()
    assert {alarm.site_id for alarm in Activation.objects.all()} == {site.pk, other_site.pk}
    assert Event.objects.count() == 2


def test_a_closing_waits_for_the_engine_and_the_engine_for_a_closing(
    site: Site, colleague: Account, engine: Engine, open_connection: Open
) -> None:
    """Whoever comes first, a signal belongs to the old alarm or to a new one, never to a closed one."""
    gateway = open_connection()
    actor = actor_of(colleague)
    send(gateway, site, "130")
    run(engine)
    for round_ in range(1, 6):
        alarm = Activation.objects.get(closed_at__isnull=True)
        actions.take(alarm, by=actor, at=T0)
        send(gateway, site, "130", at=later(round_))
        together(
            [
                lambda: run(engine),
                lambda alarm=alarm: actions.close(alarm, result="test", by=actor, at=T0),
            ]
        )
        send(gateway, site, "130", at=later(round_ + 0.5))
        run(engine)
    assert Activation.objects.filter(closed_at__isnull=True).count() == 1
    assert Event.objects.count() == 11
    assert sum(Activation.objects.values_list("signal_count", flat=True)) == 11


def test_a_day_read_again_gives_the_same_alarms(
    site: Site, other_site: Site, colleague: Account, engine: Engine, open_connection: Open
) -> None:
    """Replay from the streams alone: signals in order, closings at the position kept with them."""
    gateway, slow = open_connection(), open_connection()
    actor = actor_of(colleague)
    for hour in range(6):
        with slow.transaction():
            send(slow, site, "130", zone=hour)
            send(gateway, other_site, "130", zone=hour)
            send(gateway, site, "122", zone=hour, event_class="hold_up")
            run(engine)
        run(engine)
        if hour % 2:
            alarm = Activation.objects.filter(closed_at__isnull=True, priority_class="burglary").earliest(
                "pk"
            )
            actions.take(alarm, by=actor, at=later(hour))
            actions.close(alarm, result="test", by=actor, at=later(hour))
    assert replay(gateway) == {
        alarm.first_signal: sorted(Event.objects.filter(activation=alarm).values_list("signal_id", flat=True))
        for alarm in Activation.objects.all()
    }


REPLAY = """
SELECT s.id, s.site_id, s.event_class,
       ARRAY(SELECT a.id FROM alarms_activation a
             WHERE a.site_id = s.site_id AND a.priority_class = s.event_class AND a.closed_after <> ''
               AND NOT pg_visible_in_snapshot(s.xid, split_part(a.closed_after, '|', 1)::pg_snapshot))
FROM alarm_signal s ORDER BY s.xid, s.id
"""


def replay(executor: psycopg.Connection[Any]) -> dict[int, list[int]]:
    """Group signals by place, class and the closings that came before them."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for signal, site_id, event_class, closed_before in executor.execute(REPLAY).fetchall():
        groups.setdefault((site_id, event_class, len(closed_before)), []).append(signal)
    return {min(signals): sorted(signals) for signals in groups.values()}
