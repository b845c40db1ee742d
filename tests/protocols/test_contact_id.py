"""Contact ID in DC-09: qualifier, group, zone or user."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.protocols.contact_id import MAX_EVENTS, format_contact_id, parse_contact_id
from jifang.protocols.events import Concerns, EventClass, Nature


def test_zone_code() -> None:
    (event,) = parse_contact_id((b"1110 00 129",))
    assert (event.code, event.qualifier, event.area, event.zone, event.user) == ("110", "1", 0, 129, None)
    assert event.concerns is Concerns.ZONE


def test_user_code() -> None:
    (event,) = parse_contact_id((b"3401 01 057",))
    assert (event.code, event.qualifier, event.area, event.zone, event.user) == ("401", "3", 1, None, 57)
    assert event.meaning("zh") == "用户布防"


@pytest.mark.parametrize("code", [b"400", b"401", b"403", b"407", b"408", b"409", b"441", b"442", b"402"])
def test_one_opens_and_three_closes(code: bytes) -> None:
    (opened,) = parse_contact_id((b"1" + code + b" 01 001",))
    (closed,) = parse_contact_id((b"3" + code + b" 01 001",))
    assert "撤防" in opened.meaning("zh")
    assert "布防" in closed.meaning("zh")
    assert {opened.nature, closed.nature} == {Nature.STATE}


@pytest.mark.parametrize("code", [b"406", b"441", b"456", b"602", b"454", b"421"])
def test_qualifier_three_is_not_blindly_a_restore(code: bytes) -> None:
    (event,) = parse_contact_id((b"3" + code + b" 01 001",))
    assert event.nature is not Nature.RESTORE
    assert "恢复" not in event.meaning("zh")


def test_still_present() -> None:
    (event,) = parse_contact_id((b"6130 01 015",))
    assert (event.qualifier, event.nature) == ("6", Nature.ALARM)
    assert event.meaning("en") == "Burglary alarm, still present"


@pytest.mark.parametrize(
    "payload",
    [b"1130 01 015", b"113001015", b"1130  01  015", b" 1130 01 015 ", b"1130 1 15", b"1130 001 0015"],
)
def test_spacing_of_panels(payload: bytes) -> None:
    (event,) = parse_contact_id((payload,))
    assert (event.code, event.area, event.zone) == ("130", 1, 15)


def test_several_events_and_text() -> None:
    events = parse_contact_id((b"1130 01 015|1131 01 016|ANorth fence",))
    assert [(event.code, event.zone, event.text) for event in events] == [
        ("130", 15, b""),
        ("131", 16, b"North fence"),
    ]
    (event,) = parse_contact_id((b"1130 01 015^Shop^",))
    assert event.text == b"Shop"


@pytest.mark.parametrize("payload", [b"9", b" ", b"hello", b"1130", b"\xff\xfe"])
def test_unreadable_data_is_one_unknown_event(payload: bytes) -> None:
    (event,) = parse_contact_id((payload,))
    assert (event.code, event.event_class, event.raw) == ("", EventClass.UNKNOWN, payload)


def test_one_frame_does_not_make_thousands_of_rows() -> None:
    payload = b"|".join([b"1130 01 015"] * 300)
    events = parse_contact_id((payload,))
    assert len(events) == MAX_EVENTS + 1
    assert (events[-1].code, events[-1].raw) == ("", payload)
    assert all(event.code for event in parse_contact_id((b"|".join([b"1130 01 015"] * MAX_EVENTS),)))


@given(
    st.from_regex(r"[0-9]{3}", fullmatch=True),
    st.sampled_from("136"),
    st.integers(0, 99),
    st.integers(0, 999),
)
def test_round_trip(code: str, qualifier: str, area: int, number: int) -> None:
    (event,) = parse_contact_id((format_contact_id(code, qualifier, area, number),))
    counted = event.user if event.concerns is Concerns.USER else event.zone
    assert (event.code, event.qualifier, event.area, counted) == (code, qualifier, area, number)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("13",), "code"),
        (("130", "2"), "qualifier"),
        (("130", "1", 100), "area"),
        (("130", "1", 0, 1000), "number"),
    ],
)
def test_what_does_not_fit_is_named(arguments: tuple[str], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        format_contact_id(*arguments)
