"""Live messages: everybody gets what he may know and nothing else, and a lost connection loses nothing."""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client

from jifang.identity import sessions
from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.operations.alarms import actions
from jifang.operations.alarms.engine import Engine
from jifang.operations.alarms.models import Activation
from jifang.registry.models import Site
from jifang.web.push.stream import DutyStream
from tests.fixtures import AT, World, actor_of, make_account, sign_in
from tests.operations.alarms.conftest import T0, run, send
from tests.web.push.browser import Browser, in_thread, play

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[[], psycopg.Connection[Any]]


@pytest.fixture
def operator(world: World) -> Account:
    return make_account("operator", Role.DUTY_OPERATOR, world.centre)


def key_of(client: Client) -> str:
    key = client.session.session_key
    assert key
    return key


@pytest.fixture
def key(operator: Account) -> str:
    """The session key of the operator's browser."""
    return key_of(sign_in(operator))


def closing(work: Callable[[], Any]) -> Callable[[], Any]:
    """Run in a thread and leave no connection behind."""

    def done() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return done


def test_an_alarm_reaches_every_page_that_may_know_it_and_no_other(
    site: Site, key: str, far_people: dict[Role, Account], engine: Engine, open_connection: Open
) -> None:
    far = key_of(sign_in(far_people[Role.SERVICE_OPERATOR]))
    gateway = open_connection()

    async def scenario(stream: DutyStream) -> None:
        near_browser, far_browser = Browser(stream, key), Browser(stream, far)
        tasks = [asyncio.create_task(near_browser.run()), asyncio.create_task(far_browser.run())]
        await near_browser.until(lambda: "queue" in near_browser.names())
        await far_browser.until(lambda: "queue" in far_browser.names())
        await in_thread(send, gateway, site, "130")
        await in_thread(run, engine)
        await near_browser.until(lambda: near_browser.rows)
        (row,) = near_browser.rows.values()
        assert row["state"] == "new"
        assert site.name_en in row["html"]
        await near_browser.until(
            lambda: any(each.name == "strip" and each.data["waiting"] == 1 for each in near_browser.heard)
        )
        assert far_browser.rows == {}
        assert all(each.data["total"] == 0 for each in far_browser.heard if each.name == "strip")
        for browser in (near_browser, far_browser):
            browser.leave()
        await asyncio.gather(*tasks)

    play(scenario)


def test_taking_and_closing_reach_the_page_of_the_colleague(
    site: Site, key: str, operator: Account, engine: Engine, open_connection: Open
) -> None:
    send(open_connection(), site, "130")
    run(engine)

    async def scenario(stream: DutyStream) -> None:
        browser = Browser(stream, key)
        task = asyncio.create_task(browser.run())
        await browser.until(lambda: browser.rows)
        (number,) = browser.rows

        def handle() -> None:
            alarm = Activation.objects.get(pk=number)
            actions.take(alarm, by=actor_of(operator), at=T0)

        def close() -> None:
            alarm = Activation.objects.get(pk=number)
            actions.close(alarm, result="test", by=actor_of(operator), at=T0)

        await in_thread(closing(handle))
        await browser.until(lambda: browser.rows[number]["owner"] == operator.pk)
        await in_thread(closing(close))
        await browser.until(lambda: number not in browser.rows)
        browser.leave()
        await task

    play(scenario)


def test_who_comes_back_gets_exactly_what_was_missed(
    site: Site, other_site: Site, key: str, operator: Account, engine: Engine, open_connection: Open
) -> None:
    gateway = open_connection()
    send(gateway, site, "130")
    run(engine)

    async def scenario(stream: DutyStream) -> None:
        first = Browser(stream, key)
        witness = Browser(stream, key)
        task = asyncio.create_task(first.run())
        watching = asyncio.create_task(witness.run())
        await first.until(lambda: first.rows)
        await witness.until(lambda: witness.rows)
        (closed,) = first.rows
        first.leave()
        await task

        def meanwhile() -> None:
            alarm = Activation.objects.get(pk=closed)
            actions.take(alarm, by=actor_of(operator), at=T0)
            actions.close(alarm, result="test", by=actor_of(operator), at=T0)
            send(gateway, other_site, "122", event_class="hold_up")
            run(engine)

        await in_thread(closing(meanwhile))
        await witness.until(lambda: set(witness.rows) - {closed} and closed not in witness.rows)
        again = Browser(stream, key, last_id=first.last_id)
        again.rows = dict(first.rows)
        task = asyncio.create_task(again.run())
        await again.until(lambda: again.rows.keys() == witness.rows.keys())
        assert "queue" not in again.names()
        again.leave()
        witness.leave()
        await asyncio.gather(task, watching)

    play(scenario)


def test_a_restarted_process_sends_everything_to_who_comes_back(
    site: Site, key: str, engine: Engine, open_connection: Open
) -> None:
    send(open_connection(), site, "130")
    run(engine)

    async def scenario(stream: DutyStream) -> None:
        browser = Browser(stream, key, last_id="deadbeef-17")
        browser.rows = {999: {}}
        task = asyncio.create_task(browser.run())
        await browser.until(lambda: "queue" in browser.names())
        assert set(browser.rows) == set(await in_thread(closing(open_ids)))
        browser.leave()
        await task

    play(scenario)


def open_ids() -> list[int]:
    return list(Activation.objects.values_list("pk", flat=True))


def test_a_lost_database_connection_of_the_hub_loses_no_alarm(
    site: Site, other_site: Site, key: str, engine: Engine, open_connection: Open
) -> None:
    gateway = open_connection()

    async def scenario(stream: DutyStream) -> None:
        browser = Browser(stream, key)
        task = asyncio.create_task(browser.run())
        await browser.until(lambda: "queue" in browser.names())

        def cut_and_raise() -> None:
            gateway.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'jifang push' AND datname = current_database()"
            )
            send(gateway, site, "130")
            run(engine)

        await in_thread(cut_and_raise)
        await browser.until(lambda: browser.rows)
        browser.leave()
        await task

    play(scenario)


def test_a_browser_that_takes_nothing_costs_one_message_for_each_alarm_and_catches_up(
    site: Site, key: str, engine: Engine, open_connection: Open
) -> None:
    gateway = open_connection()

    async def scenario(stream: DutyStream) -> None:
        slow, quick = Browser(stream, key), Browser(stream, key)
        tasks = [asyncio.create_task(slow.run()), asyncio.create_task(quick.run())]
        await slow.until(lambda: "queue" in slow.names())
        await quick.until(lambda: "queue" in quick.names())
        slow.blocked = asyncio.Event()
        for zone in range(1, 21):
            await in_thread(send, gateway, site, "130")
            await in_thread(run, engine)
            count = zone
            await quick.until(lambda count=count: any(r["signals"] == count for r in quick.rows.values()))
        waiting = [len(each.pending) for each in stream.hub.clients]
        assert max(waiting) <= 1
        slow.blocked.set()
        await slow.until(lambda: any(row["signals"] == 20 for row in slow.rows.values()))
        for browser in (slow, quick):
            browser.leave()
        await asyncio.gather(*tasks)

    play(scenario)


def test_nobody_without_a_session_or_the_right_gets_a_stream(people: dict[Role, Account]) -> None:
    clients = (Client(), sign_in(people[Role.AUDITOR]), sign_in(people[Role.UNIT_MANAGER]))
    keys = [client.session.session_key or "" for client in clients]

    async def scenario(stream: DutyStream) -> None:
        for each in keys:
            browser = Browser(stream, each)
            await browser.run()
            assert (browser.status, browser.heard) == (204, [])

    play(scenario)


def test_an_ended_session_ends_its_stream(key: str, operator: Account) -> None:
    UserSession.objects.create(user=operator, ip="192.0.2.1", session_key=key, user_agent="")

    async def scenario(stream: DutyStream) -> None:
        browser = Browser(stream, key)
        task = asyncio.create_task(browser.run())
        await browser.until(lambda: "queue" in browser.names())
        await in_thread(closing(lambda: sessions.end_all(operator, at=AT)))
        await asyncio.wait_for(task, 20)
        assert browser.names()[-1] == "bye"

    play(scenario)
