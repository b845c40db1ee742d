"""The fold by itself: batches do not matter, classes never mix, and what each nature of code does."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.operations.alarms.correlate import MOST_ZONES, Alarm, Group, Link, Signal, correlate, place_of
from jifang.operations.alarms.outcomes import results_for
from jifang.operations.alarms.priorities import Part, PriorityClass, conditions_ended, treatment
from jifang.protocols import events
from jifang.protocols.events import EventClass
from tests.operations.alarms.conftest import T0

CODES = [
    *((code, "CID") for code in ("130", "131", "122", "301", "401", "602")),
    *((code, "SIA") for code in ("BA", "BR", "AT", "AR", "OP", "??")),
]


@st.composite
def streams(draw: st.DrawFn) -> list[Signal]:
    signals = []
    for number in range(draw(st.integers(0, 40))):
        code, scheme = draw(st.sampled_from(CODES))
        qualifier = draw(st.sampled_from("13")) if scheme == "CID" else "1"
        signals.append(
            Signal(
                xid=number // 3,
                id=number,
                received_at=T0 + timedelta(seconds=draw(st.integers(-3600, 3600))),
                listener=1,
                account=draw(st.sampled_from(["1001", "1002"])),
                site_id=draw(st.sampled_from([None, 1, 2])),
                protocol="dc09",
                scheme=scheme,
                code=code,
                qualifier=qualifier,
                area=1,
                zone=draw(st.integers(0, 5)),
                event_class=events.class_of(scheme, code, qualifier).value,
                text="",
                path_id=None,
            )
        )
    return signals


def shape(links: list[Link], alarms: dict[Group, Alarm]) -> tuple[object, ...]:
    return (
        [(link.alarm.group, link.signal.id, link.part) for link in links],
        {group: (a.zones, a.standing, a.restored_at, a.priority, a.last_at) for group, a in alarms.items()},
    )


@given(streams(), st.data())
@settings(max_examples=60, deadline=None)
def test_any_division_into_batches_gives_the_same(signals: list[Signal], data: st.DataObject) -> None:
    whole: dict[Group, Alarm] = {}
    expected = shape(correlate(signals, whole), whole)
    parts: dict[Group, Alarm] = {}
    links: list[Link] = []
    rest = signals
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        links += correlate(rest[:size], parts)
        rest = rest[size:]
    assert shape(links, parts) == expected


@given(streams())
@settings(max_examples=60, deadline=None)
def test_an_alarm_holds_only_signals_of_its_place_and_raising_ones_of_its_class(
    signals: list[Signal],
) -> None:
    for link in correlate(signals, {}):
        assert place_of(link.signal) == link.alarm.group.place
        if link.part is not Part.TELLS:
            assert link.signal.event_class == link.alarm.group.priority_class


@given(streams())
@settings(max_examples=60, deadline=None)
def test_every_alarm_signal_is_in_exactly_one_alarm(signals: list[Signal]) -> None:
    links = correlate(signals, {})
    for signal in signals:
        what = treatment(signal.event_class, signal.protocol, signal.scheme, signal.code, signal.qualifier)
        if what.part is Part.RAISES:
            assert sum(link.signal is signal for link in links) == 1


def test_our_classes_are_those_of_the_codes() -> None:
    assert set(PriorityClass.values) == {event_class.value for event_class in EventClass}


def test_every_known_code_has_a_treatment() -> None:
    for scheme, name in events.CODES:
        for qualifier in "136" if scheme == "CID" else "1":
            event_class = events.class_of(scheme, name, qualifier)
            what = treatment(event_class, "dc09", scheme, name, qualifier)
            assert 1 <= what.priority <= 99
            assert set(what.classes) <= set(PriorityClass.values)


def test_a_sia_restore_ends_its_own_family() -> None:
    assert conditions_ended("SIA", "BR", 1, 3, None) == ("BA@1:3", "BT@1:3")
    assert conditions_ended("SIA", "BH", 1, 3, None) == ("BA@1:3",)
    assert conditions_ended("SIA", "FJ", 1, 3, None) == ("FT@1:3",)
    assert conditions_ended("SIA", "YK", 1, None, None) == ("YC@1:0", "YS@1:0")
    assert conditions_ended("SIA", "ZZ", 1, None, None) == ()


def test_an_alarm_with_more_conditions_than_are_listed_is_never_shown_as_restored() -> None:
    def signal(number: int, qualifier: str) -> Signal:
        return Signal(
            1,
            number,
            T0,
            1,
            "1001",
            1,
            "dc09",
            "CID",
            "130",
            qualifier,
            1,
            number % 1000,
            "burglary",
            "",
            None,
        )

    alarms: dict[Group, Alarm] = {}
    correlate([signal(number, "1") for number in range(1, MOST_ZONES + 3)], alarms)
    correlate([signal(number, "3") for number in range(1, MOST_ZONES + 3)], alarms)
    (alarm,) = alarms.values()
    assert alarm.standing == []
    assert alarm.restored_at is None
    assert len(alarm.zones) == MOST_ZONES


def test_what_endangers_people_is_never_over_by_itself() -> None:
    for name in PriorityClass.values:
        offered = {str(result) for result in results_for(name)}
        assert ("restored" in offered) == (name not in {"fire", "hold_up", "medical", "tamper"})
