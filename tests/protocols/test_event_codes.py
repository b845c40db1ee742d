"""The tables of event codes are complete, consistent, and agree with an independent receiver."""

import re
from pathlib import Path

import pytest
from pysiaalarm.data.adm_mapping import ADM_MAPPING
from pysiaalarm.data.sia_codes import SIA_CODES

from jifang.protocols.event_codes import CODES, CONTACT_ID, OWN, SIA
from jifang.protocols.event_codes.table import Code, Concerns, EventClass, Nature
from jifang.protocols.events import (
    PRIORITY,
    class_of,
    class_text,
    code_of,
    nature_of,
    never_self_clears,
    priority_of,
    text_of,
)
from tests.protocols.reference_table import event_codes_page

# User numbers of Contact ID as the diallers of two public implementations mark them.
CID_USERS = """
121 313 400 401 402 403 404 405 406 407 408 409 411 412 413 414 415 421 422 424 425 429 430 431 441 442
450 451 452 453 454 455 456 457 458 459 462 463 464 466 574 604 607 625 642 652 653
"""


def test_every_code_stands_once() -> None:
    assert len(CODES) == len(CONTACT_ID) + len(SIA) + len(OWN)
    assert all(re.fullmatch(r"[0-9]{3}", entry.code) for entry in CONTACT_ID)
    assert all(re.fullmatch(r"[A-Z]{2}", entry.code) for entry in SIA)


@pytest.mark.parametrize("entry", CODES.values(), ids=lambda entry: f"{entry.scheme}-{entry.code}")
def test_entry_is_whole(entry: Code) -> None:
    assert entry.event_class is not EventClass.UNKNOWN
    assert entry.qualifier in ("1", "3")
    assert entry.english[0].isupper() or entry.english[0].isdigit()
    assert entry.english.isascii()
    assert not entry.chinese.isascii()
    assert bool(entry.english_restored) == bool(entry.chinese_restored)
    if entry.scheme == "SIA":
        assert (entry.nature is not Nature.RESTORE) or entry.qualifier == "3"


@pytest.mark.parametrize("texts", [[entry.english for entry in SIA], [entry.chinese for entry in SIA]])
def test_sia_texts_tell_codes_apart(texts: list[str]) -> None:
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


@pytest.mark.parametrize(
    "texts", [[entry.english for entry in CONTACT_ID], [entry.chinese for entry in CONTACT_ID]]
)
def test_contact_id_texts_tell_codes_apart(texts: list[str]) -> None:
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


def test_no_sia_code_of_the_peer_is_missing() -> None:
    assert [code for code in SIA_CODES if ("SIA", code) not in CODES] == []


def test_meaning_of_sia_numbers_agrees_with_the_peer() -> None:
    words = {
        "Zone or point": {Concerns.ZONE},
        "Zone number": {Concerns.ZONE},
        "Point number": {Concerns.ZONE},
        "User number": {Concerns.USER},
        "User": {Concerns.USER},
        "Area number": {Concerns.AREA},
        "Door number": {Concerns.DOOR},
        "Line number": {Concerns.LINE},
        "Relay number": {Concerns.OUTPUT},
        "Output number": {Concerns.OUTPUT},
        "Unused": {Concerns.NOTHING},
    }
    different = {
        code
        for code, peer in SIA_CODES.items()
        if peer.concerns in words and CODES["SIA", code].concerns not in words[peer.concerns]
    }
    # Ajax sends the device's number with XC; the peer's table says it has none.
    assert different == {"XC"}


def test_no_contact_id_code_of_the_peer_is_missing() -> None:
    assert [code for code in ADM_MAPPING if ("CID", code) not in CODES] == []


def test_users_of_contact_id() -> None:
    assert [code for code in CID_USERS.split() if CODES["CID", code].concerns is not Concerns.USER] == []
    zones = ("100", "130", "137", "301", "416", "461", "465", "570", "602", "641", "654")
    assert [code for code in zones if CODES["CID", code].concerns is not Concerns.ZONE] == []


@pytest.mark.parametrize(
    ("code", "event_class"),
    [
        ("100", "medical"),
        ("110", "fire"),
        ("120", "hold_up"),
        ("121", "hold_up"),
        ("130", "burglary"),
        ("137", "tamper"),
        ("144", "tamper"),
        ("146", "burglary"),
        ("301", "technical"),
        ("354", "technical"),
        ("383", "tamper"),
        ("401", "open_close"),
        ("423", "access"),
        ("454", "open_close"),
        ("570", "technical"),
        ("602", "test"),
        ("999", "unknown"),
    ],
)
def test_classes_of_contact_id(code: str, event_class: str) -> None:
    assert class_of("CID", code, "1").value == event_class
    assert class_of("CID", code, "3").value == event_class


@pytest.mark.parametrize(
    ("code", "event_class", "nature"),
    [
        ("BA", "burglary", "alarm"),
        ("BV", "burglary", "alarm"),
        ("BR", "burglary", "restore"),
        ("BT", "technical", "alarm"),
        ("FA", "fire", "alarm"),
        ("FX", "test", "state"),
        ("GA", "fire", "alarm"),
        ("HA", "hold_up", "alarm"),
        ("PA", "hold_up", "alarm"),
        ("QA", "medical", "alarm"),
        ("MA", "medical", "alarm"),
        ("TA", "tamper", "alarm"),
        ("TT", "tamper", "alarm"),
        ("WA", "technical", "alarm"),
        ("CL", "open_close", "state"),
        ("CI", "open_close", "alarm"),
        ("DF", "access", "alarm"),
        ("RP", "test", "state"),
        ("YC", "technical", "alarm"),
        ("JA", "tamper", "alarm"),
        ("XX", "supervision", "alarm"),
        ("ND", "hold_up", "alarm"),
        ("Q0", "unknown", "alarm"),
    ],
)
def test_classes_of_sia(code: str, event_class: str, nature: str) -> None:
    assert class_of("SIA", code).value == event_class
    assert nature_of("SIA", code).value == nature


def test_order_of_alarms() -> None:
    order = [EventClass.FIRE, EventClass.HOLD_UP, EventClass.MEDICAL, EventClass.BURGLARY, EventClass.TAMPER]
    order += [EventClass.TECHNICAL, EventClass.ACCESS, EventClass.OPEN_CLOSE, EventClass.SUPERVISION]
    assert sorted(order, key=PRIORITY.__getitem__) == order
    assert PRIORITY[EventClass.UNKNOWN] < PRIORITY[EventClass.TECHNICAL]
    assert set(PRIORITY) == set(EventClass)
    assert priority_of("SIA", "BV") < priority_of("SIA", "BA")
    assert priority_of("CID", "000") == PRIORITY[EventClass.UNKNOWN]


def test_hold_up_and_tamper_never_clear_themselves() -> None:
    for scheme, code in (("CID", "120"), ("CID", "137"), ("SIA", "HA"), ("SIA", "PA"), ("SIA", "TA")):
        assert never_self_clears(scheme, code)
    assert not never_self_clears("CID", "130")
    assert not never_self_clears("CID", "120", "3")
    assert not never_self_clears("SIA", "HR")


def test_contact_id_is_not_collapsed_into_sia() -> None:
    assert class_of("CID", "146") is EventClass.BURGLARY
    assert "停用" in text_of("CID", "414")
    assert code_of("CID", "146") != code_of("SIA", "HA")


def test_supervision_of_the_platform_itself() -> None:
    for code in ("path.late", "path.failed", "listener.outage"):
        assert class_of("jifang", code) is EventClass.SUPERVISION
        assert (nature_of("jifang", code, "1"), nature_of("jifang", code, "3")) == (
            Nature.ALARM,
            Nature.RESTORE,
        )
    assert text_of("jifang", "path.failed", "3", "en") == "Path restored"


def test_class_names() -> None:
    assert {class_text(each, "en").isascii() for each in EventClass} == {True}
    assert {class_text(each).isascii() for each in EventClass} == {False}


def test_reference_page_is_what_the_data_say() -> None:
    page = Path("docs/ref/event-codes.md")
    assert page.read_text(encoding="utf-8") == event_codes_page(), (
        "run: python -m tests.protocols.reference_table"
    )
