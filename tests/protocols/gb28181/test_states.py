"""Catalog, liveness, subscriptions and leases: states that only the time and the messages move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.protocols.gb28181 import (
    Catalog,
    ExhaustedError,
    Liveness,
    Outcome,
    Pool,
    SsrcLatch,
    SsrcPool,
    Verdict,
)
from jifang.protocols.gb28181.catalog import EMPTY_ROUNDS
from jifang.protocols.gb28181.items import CatalogItem
from jifang.protocols.gb28181.liveness import Cause, State
from jifang.protocols.gb28181.messages import CatalogNotify, CatalogResponse
from jifang.protocols.gb28181.subscription import RETRY, Subscription, Topic

KNOWN = {key: CatalogItem(device_id=key, name=key, status="ON") for key in ("1", "2", "3")}


def page(sn: int, total: int, *items: CatalogItem) -> CatalogResponse:
    return CatalogResponse(sn=sn, device_id="d", sum_num=total, items=items)


def test_a_catalog_comes_in_pages() -> None:
    catalog = Catalog.of(KNOWN)
    catalog.begin(7, 0)
    assert catalog.page(page(7, 3, KNOWN["1"]), 1) is None
    assert catalog.page(page(6, 1, KNOWN["1"]), 1) is None
    # A repeated datagram is no further channel.
    assert catalog.page(page(7, 3, KNOWN["1"]), 2) is None
    change = catalog.page(page(7, 3, CatalogItem(device_id="2", name="new"), CatalogItem(device_id="4")), 3)
    assert change is not None
    assert change.outcome is Outcome.COMPLETE
    assert [item.device_id for item in change.added] == ["4"]
    assert [item.device_id for item in change.changed] == ["2"]
    assert change.missing == ("3",)
    assert set(catalog.entries) == {"1", "2", "3", "4"}
    assert catalog.missing == ("3",)


def test_one_empty_answer_wipes_nothing() -> None:
    catalog = Catalog.of(KNOWN)
    for number in range(1, EMPTY_ROUNDS + 1):
        catalog.begin(number, 0)
        change = catalog.page(page(number, 0), 1)
        assert change is not None
        assert change.outcome is Outcome.EMPTY
        if number < EMPTY_ROUNDS:
            assert (change.missing, change.ask_again) == ((), True)
        else:
            assert set(change.missing) == set(KNOWN)
    assert set(catalog.entries) == set(KNOWN)
    catalog.begin(9, 0)
    change = catalog.page(page(9, 3, *KNOWN.values()), 1)
    assert change is not None
    assert (set(change.returned), change.changed, catalog.missing) == (set(KNOWN), (), ())


def test_a_round_that_breaks_off_marks_nothing() -> None:
    catalog = Catalog.of(KNOWN)
    catalog.begin(1, 0)
    catalog.page(page(1, 3, KNOWN["1"], CatalogItem(device_id="9")), 1)
    assert catalog.tick(60) is None
    change = catalog.tick(61)
    assert change is not None
    assert (change.outcome, change.missing, change.ask_again) == (Outcome.SHORT, (), True)
    assert [item.device_id for item in change.added] == ["9"]
    catalog.begin(2, 100)
    silent = catalog.tick(160)
    assert silent is not None
    assert (silent.outcome, silent.ask_again) == (Outcome.SILENT, True)
    assert catalog.deadline is None


def test_notifications() -> None:
    catalog = Catalog.of(KNOWN)
    events = (
        CatalogItem(device_id="1", event="OFF"),
        CatalogItem(device_id="2", event="DEL"),
        CatalogItem(device_id="5", event="ADD", name="five"),
        CatalogItem(device_id="6", event="ON"),
    )
    change = catalog.notify(CatalogNotify(sn=1, device_id="d", items=events))
    assert [(item.device_id, item.status, item.name) for item in change.changed] == [("1", "OFF", "1")]
    assert [(item.device_id, item.event) for item in change.added] == [("5", None)]
    assert change.missing == ("2",)
    assert set(catalog.entries) == {"1", "2", "3", "5"}


@given(st.lists(st.tuples(st.integers(0, 4), st.lists(st.sampled_from("12345"), max_size=5)), max_size=12))
def test_no_sequence_of_answers_removes_a_channel(rounds: list[tuple[int, list[str]]]) -> None:
    catalog = Catalog.of(KNOWN)
    for number, (total, keys) in enumerate(rounds):
        catalog.begin(number, number * 100)
        catalog.page(page(number, total, *(CatalogItem(device_id=key) for key in keys)), number * 100 + 1)
        catalog.tick(number * 100 + 99)
        assert catalog.entries.keys() >= KNOWN.keys()


def test_keepalives_have_hysteresis() -> None:
    device = Liveness()
    assert device.state is State.UNKNOWN
    assert device.beat(0) is None
    turn = device.registered(0, 3600)
    assert turn is not None
    assert (turn.state, turn.cause) == (State.ONLINE, Cause.REGISTERED)
    device.beat(60)
    assert device.tick(200) is None
    assert device.missed(200) == 2
    device.beat(201)
    assert device.deadline == 381
    turn = device.tick(381)
    assert turn is not None
    assert (turn.state, turn.cause) == (State.OFFLINE, Cause.MISSED)
    assert device.beat(400) is None
    turn = device.beat(460)
    assert turn is not None
    assert turn.cause is Cause.RECOVERED


def test_the_official_rule_makes_an_offline_device_register_anew() -> None:
    device = Liveness(recover=0)
    device.registered(0, 3600)
    device.tick(180)
    assert device.answers is False
    for moment in range(200, 900, 60):
        assert device.beat(moment) is None
    assert device.registered(1000, 3600) is not None


def test_registrations_end() -> None:
    device = Liveness()
    device.registered(0, 100)
    device.beat(60)
    turn = device.tick(100)
    assert turn is not None
    assert turn.cause is Cause.EXPIRED
    device.beat(110)
    assert device.beat(170) is None
    assert device.state is State.OFFLINE


def test_a_connection_is_life_in_2022() -> None:
    device = Liveness(connection_counts=True)
    device.connection(True, 0)
    device.registered(0, 3600)
    assert device.deadline == 3600
    turn = device.connection(False, 1000)
    assert turn is not None
    assert (turn.state, turn.cause) == (State.OFFLINE, Cause.CONNECTION_LOST)


def test_subscriptions_are_renewed_before_they_end() -> None:
    subscription = Subscription(Topic.ALARM)
    assert subscription.topic.event == "presence"
    subscription.sent(0)
    assert subscription.due == RETRY
    subscription.accepted(1, 1000)
    assert subscription.due == 901
    assert subscription.active(1000)
    subscription.failed(901, 481)
    assert subscription.due == 901 + RETRY
    subscription.failed(1000, None)
    assert subscription.due == 1000 + 2 * RETRY
    subscription.registered(1100)
    assert (subscription.due, subscription.active(1100)) == (1100, False)


def test_ssrc_rules() -> None:
    pool = SsrcPool("34020000002000000001", numbers=range(1, 3))
    live, history = pool.lend("a", 0), pool.lend("a", 0, history=True)
    # The official vector: id 64010000... has the domain 10000.
    assert SsrcPool("64010000002000000001").lend("a", 0) == "0100000001"
    assert (live, history) == ("0200000001", "1200000001")
    assert pool.release(live, "b", 1) is False
    assert pool.release(live, "a", 1) is True
    assert pool.lend("c", 2) == "0200000002"
    with pytest.raises(ExhaustedError) as refused:
        pool.lend("c", 30)
    assert refused.value.retry_at == 31
    assert pool.lend("c", 31) == live
    assert pool.restore("9999999999", "c", 31) is False
    assert pool.release("nonsense", "c", 31) is False


def test_calls_keep_their_ssrc_over_a_restart() -> None:
    pool = SsrcPool("34020000002000000001", numbers=range(1, 4))
    assert pool.restore("0200000001", "old call", 0) is True
    assert pool.restore("0200000001", "other", 0) is False
    assert pool.lend("new", 0) == "0200000002"


def test_leases_that_nobody_renews_end() -> None:
    pool = Pool("port", range(30000, 30004, 2))
    pool.lend("a", 0, period=10)
    pool.lend("b", 0, period=10)
    assert pool.renew(30000, "a", 9, period=10)
    assert [lease.owner for lease in pool.sweep(10)] == ["b"]
    assert pool.owner_of(30000) == "a"
    assert (pool.free, pool.lent) == (0, 1)


@given(st.lists(st.tuples(st.sampled_from("lr"), st.integers(0, 4), st.integers(0, 20)), max_size=60))
def test_nothing_is_lent_twice_or_too_soon(acts: list[tuple[str, int, int]]) -> None:
    pool = Pool("port", range(5))
    held: dict[int, str] = {}
    freed: dict[int, float] = {}
    now = 0.0
    for number, (act, value, step) in enumerate(acts):
        now += step
        owner = str(number)
        if act == "l":
            try:
                lease = pool.lend(owner, now, period=1e9)
            except ExhaustedError:
                continue
            assert lease.value not in held
            assert now >= freed.get(lease.value, -1e9) + pool.quarantine
            held[lease.value] = owner
        elif value in held:
            assert pool.release(value, held.pop(value), now)
            freed[value] = now


def test_the_ssrc_is_latched_from_the_right_peer() -> None:
    latch = SsrcLatch("0200000001", "0200000002", "10.0.0.8")
    assert latch.judge(200000009, "10.0.0.9") is Verdict.DROP
    assert latch.judge(200000009, "10.0.0.8", foreign=True) is Verdict.DROP
    assert latch.judge(200000009, "10.0.0.8") is Verdict.LATCHED
    assert latch.differs
    assert latch.judge(200000009, "10.0.0.8") is Verdict.TAKE
    assert latch.judge(200000001, "10.0.0.8") is Verdict.DROP
    agreed = SsrcLatch(None, "0200000002", None)
    assert agreed.judge(200000002, "anywhere") is Verdict.TAKE
    assert not agreed.differs
