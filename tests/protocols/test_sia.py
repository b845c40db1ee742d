"""SIA event data: several events and blocks, modifiers carried forward, text in all three forms."""

import pytest

from jifang.protocols.events import Event, Scheme
from jifang.protocols.sia import MAX_EVENTS, format_sia, parse_sia


def short(event: Event) -> tuple[str, str, int | None, int | None, int | None]:
    return (event.code, event.qualifier, event.area, event.zone, event.user)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"NFA129", [("FA", "1", None, 129, None)]),
        (b"Nri1/BA012", [("BA", "1", 1, 12, None)]),
        (b"Nri2BA3", [("BA", "1", 2, 3, None)]),
        (b"Nti19:44/id1/ri4/RP", [("RP", "1", 4, None, 1)]),
        (b"Nti20:50:26RP99", [("RP", "1", None, 99, None)]),
        (b"Nri0000/LR", [("LR", "3", 0, None, None)]),
        (b"NOP1", [("OP", "1", None, None, 1)]),
        (b"Nri1/CL501", [("CL", "3", 1, None, 501)]),
        (b"Nid7/ri1/OP", [("OP", "1", 1, None, 7)]),
        (b"Nri04/OP001NM", [("OP", "1", 4, None, 1)]),
        (b"Nri3/OG501", [("OG", "1", 3, 501, None)]),
        (b"NOG2", [("OG", "1", 2, None, None)]),
        (b"Nid5/ri1/BA012", [("BA", "1", 1, 12, 5)]),
        (b"Nri1/NM3", [("NM", "3", 1, 3, None)]),
        (b"NQZ7", [("QZ", "1", None, 7, None)]),
        (b"Ori1/BA012", [("BA", "6", 1, 12, None)]),
        (b"Ori1/BR012", [("BR", "3", 1, 12, None)]),
        (b"Npi4/ET", [("ET", "1", None, None, None)]),
    ],
)
def test_single_event(
    payload: bytes, expected: list[tuple[str, str, int | None, int | None, int | None]]
) -> None:
    assert [short(event) for event in parse_sia((payload,))] == expected


def test_several_events_carry_their_modifiers_forward() -> None:
    events = parse_sia((b"Nri1/BA012/BA013/ri2/FA003/id9/CL",))
    assert [short(event) for event in events] == [
        ("BA", "1", 1, 12, None),
        ("BA", "1", 1, 13, None),
        ("FA", "1", 2, 3, None),
        ("CL", "3", 2, None, 9),
    ]


def test_events_without_slashes() -> None:
    events = parse_sia((b"Nri1BA01BA02",))
    assert [short(event) for event in events] == [("BA", "1", 1, 1, None), ("BA", "1", 1, 2, None)]


def test_time_is_carried_forward() -> None:
    assert [event.time for event in parse_sia((b"Nti12:30/BA1/ti12:31:05/BR1",))] == ["12:30", "12:31:05"]


def test_several_blocks_in_one_group() -> None:
    events = parse_sia((b"Nri1/BA012|Nri2/FA3|Ari",))
    assert [short(event) for event in events] == [("BA", "1", 1, 12, None), ("FA", "1", 2, 3, None)]
    assert events[1].text == b"ri"


def test_several_groups_in_one_frame() -> None:
    assert [event.code for event in parse_sia((b"Nri1/BA012", b"NFA3"))] == ["BA", "FA"]


def test_modifiers_end_with_their_block() -> None:
    assert [event.area for event in parse_sia((b"Nri1/BA1|NBA2",))] == [1, None]


@pytest.mark.parametrize(
    "payload",
    [
        b"Nri1/BA012^Front door^",
        b"Nri1/BA012|AFront door",
        b"Nri1/BA012*'Front door'NM",
        b'NBA012*"Front door"NM',
    ],
)
def test_free_text_in_all_forms(payload: bytes) -> None:
    (event,) = parse_sia((payload,))
    assert (event.code, event.zone, event.text) == ("BA", 12, b"Front door")


def test_each_event_keeps_its_own_text() -> None:
    events = parse_sia((b"Nri1/BA012^Front^/BA013^Back^/BA014",))
    assert [(event.zone, event.text) for event in events] == [(12, b"Front"), (13, b"Back"), (14, b"")]


def test_text_block_speaks_about_the_events_before_it() -> None:
    events = parse_sia((b"NBA1/BA2|Aboth|NFA3|Afire",))
    assert [event.text for event in events] == [b"both", b"both", b"fire"]


def test_bar_in_a_text_belongs_to_the_text() -> None:
    (event,) = parse_sia((b"NBA1|Aleft|right",))
    assert event.text == b"left|right"


@pytest.mark.parametrize(
    "payload", [b"maker says: hello", b"N", b" ", b"N???", b"Nri1/", b"N^only text^", b"\xc3\xc5"]
)
def test_data_nobody_understands_is_one_unknown_event(payload: bytes) -> None:
    (event,) = parse_sia((payload,))
    assert (event.scheme, event.code, event.event_class.value) == (Scheme.SIA, "", "unknown")
    assert event.raw == payload
    assert event.meaning("en") == "Data without a readable code"


def test_empty_data_hold_no_event() -> None:
    assert parse_sia(()) == ()


def test_time_that_is_no_text_is_kept_visible() -> None:
    (event,) = parse_sia((b"Nti\x80/BA1",))
    assert (event.code, event.time) == ("BA", "\\x80")


def test_one_frame_does_not_make_thousands_of_rows() -> None:
    payload = b"N" + b"BA1/" * 1000
    events = parse_sia((payload,))
    assert len(events) == MAX_EVENTS + 1
    assert (events[-1].code, events[-1].raw) == ("", payload)
    assert all(event.code for event in parse_sia((b"N" + b"BA1/" * MAX_EVENTS,)))


def test_formatting() -> None:
    assert format_sia("BA", 1, 12) == b"Nri1/BA012"
    assert format_sia("RP") == b"NRP"
    assert format_sia("CL", 1, user=7) == b"Nid7/ri1/CL"
    for code in ("B", "ba", "B1", "BAA"):
        with pytest.raises(ValueError, match="two capital letters"):
            format_sia(code)
