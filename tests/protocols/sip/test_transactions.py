"""Transactions and dialogs: the timers of RFC 3261, and calls that are not forgotten."""

import json

import pytest

from jifang.protocols.sip import (
    Deliver,
    Dialog,
    Phase,
    Send,
    SipMessage,
    State,
    TimedOut,
    TransactionLayer,
    Via,
    make_cancel,
    make_response,
)
from jifang.protocols.sip.transactions import ClientTransaction, ServerTransaction
from tests.protocols.sip.messages import DEVICE, PLATFORM, invite, options


def sent_at(
    transaction: ClientTransaction | ServerTransaction, until: float
) -> tuple[list[float], list[float]]:
    """When it sends by itself, and when it gives up."""
    sends, ends = [], []
    while transaction.deadline is not None and transaction.deadline <= until:
        now = transaction.deadline
        for action in transaction.tick(now):
            (sends if isinstance(action, Send) else ends).append(now)
    return sends, ends


def test_an_invite_over_udp_is_repeated_until_timer_b() -> None:
    transaction = ClientTransaction(invite(), reliable=False)
    assert transaction.start(0) == [Send(transaction.request)]
    assert sent_at(transaction, 99) == ([0.5, 1.5, 3.5, 7.5, 15.5, 31.5], [32.0])
    assert transaction.state is State.TERMINATED


def test_a_message_over_udp_is_repeated_until_timer_f() -> None:
    transaction = ClientTransaction(options(), reliable=False)
    transaction.start(0)
    assert sent_at(transaction, 99) == ([0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], [32.0])


def test_nothing_is_repeated_over_tcp() -> None:
    for request in (invite(), options()):
        transaction = ClientTransaction(request, reliable=True)
        transaction.start(0)
        assert sent_at(transaction, 99) == ([], [32.0])


def test_an_answer_ends_the_repetitions() -> None:
    transaction = ClientTransaction(invite(), reliable=False)
    transaction.start(0)
    trying = make_response(transaction.request, 100)
    assert transaction.receive(trying, 0.1) == [Deliver(trying)]
    assert transaction.deadline is None
    ok = make_response(transaction.request, 200, tag="d")
    assert transaction.receive(ok, 20) == [Deliver(ok)]
    # A repeated 2xx reaches the owner again: it wants its ACK.
    assert transaction.receive(ok, 20.5) == [Deliver(ok)]
    assert sent_at(transaction, 99) == ([], [])


def test_a_refusal_is_acknowledged_each_time() -> None:
    transaction = ClientTransaction(invite(), reliable=False)
    transaction.start(0)
    busy = make_response(transaction.request, 486, tag="d")
    ack, told = transaction.receive(busy, 1)
    assert isinstance(ack, Send)
    assert (ack.message.method, ack.message.cseq, told) == ("ACK", (20, "ACK"), Deliver(busy))
    assert ack.message.get("Via") == transaction.request.get("Via")
    assert ack.message.get("To") == busy.get("To")
    assert transaction.receive(busy, 1.5) == [ack]
    assert transaction.deadline == 33


def test_a_refusal_to_their_invite_is_repeated_until_ack() -> None:
    transaction = ServerTransaction(invite(), reliable=False)
    no = make_response(transaction.request, 486, tag="p")
    assert transaction.respond(no, 0) == [Send(no)]
    assert transaction.receive(transaction.request, 0.2) == [Send(no)]
    transaction.tick(0.5)
    ack = SipMessage(method="ACK", headers=list(transaction.request.headers))
    assert transaction.receive(ack, 1) == []
    assert transaction.state is State.CONFIRMED
    assert sent_at(transaction, 99) == ([], [])
    assert transaction.state is State.TERMINATED


def test_an_accepted_invite_without_ack_is_told() -> None:
    for reliable in (False, True):
        transaction = ServerTransaction(invite(), reliable=reliable)
        transaction.respond(make_response(transaction.request, 200, tag="p"), 0)
        sends, ends = sent_at(transaction, 99)
        assert sends == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
        assert ends == [32]


def test_a_repeated_request_gets_the_same_answer_and_no_second_owner() -> None:
    layer = TransactionLayer()
    request = options()
    transaction, _, new = layer.received(request, reliable=False, now=0)
    assert new
    assert isinstance(transaction, ServerTransaction)
    assert layer.received(request, reliable=False, now=0.5)[1:] == ([], False)
    ok = make_response(request, 200)
    transaction.respond(ok, 1)
    assert layer.received(request, reliable=False, now=2)[1:] == ([Send(ok)], False)
    assert layer.deadline == 33
    assert layer.tick(33) == []
    assert layer.servers == {}


def test_answers_find_their_request_even_without_via() -> None:
    layer = TransactionLayer()
    transaction, _ = layer.request(options(), reliable=True, now=0)
    ok = make_response(transaction.request, 200)
    stripped = SipMessage(status=200, headers=[pair for pair in ok.headers if pair[0] != "Via"])
    found, actions, _ = layer.received(stripped, reliable=True, now=1)
    assert found is transaction
    assert actions == [Deliver(stripped)]
    assert layer.received(make_response(options("z9hG4bKother"), 404), reliable=True, now=1)[0] is transaction
    layer.tick(2)
    assert layer.received(ok, reliable=True, now=3)[0] is None


def test_the_table_is_bounded() -> None:
    layer = TransactionLayer(most=2)
    for number in range(2):
        layer.request(options(f"z9hG4bK{number}"), reliable=True, now=0)
        layer.received(options(f"z9hG4bK{number}"), reliable=True, now=0)
    with pytest.raises(OverflowError):
        layer.request(options("z9hG4bK9"), reliable=True, now=0)
    assert layer.received(options("z9hG4bK9"), reliable=True, now=0) == (None, [], False)


def test_timeouts_reach_the_owner() -> None:
    layer = TransactionLayer()
    transaction, _ = layer.request(options(), reliable=True, now=0)
    assert layer.tick(32) == [(transaction, TimedOut())]
    assert layer.deadline is None


def test_cancel_has_the_branch_of_its_invite() -> None:
    cancel = make_cancel(invite())
    assert (cancel.method, cancel.cseq) == ("CANCEL", (20, "CANCEL"))
    assert cancel.get("Via") == invite().get("Via")


VIA = Via("UDP", "192.168.1.10", 5060, "z9hG4bKnext", 0)


def call() -> Dialog:
    answer = make_response(
        invite(), 200, tag="d", headers=(("Contact", "<sip:34020000001320000088@192.168.3.88:5060>"),)
    )
    return Dialog.of_answer(invite(), answer)


def test_a_call() -> None:
    dialog = call()
    assert (dialog.phase, dialog.key) == (Phase.CONFIRMED, ("c1", "p1"))
    ack = dialog.request("ACK", via=VIA)
    assert (ack.cseq, ack.uri) == ((20, "ACK"), "sip:34020000001320000088@192.168.3.88:5060")
    info = dialog.request("INFO", via=VIA, body=b"x", content_type="Application/MANSRTSP")
    assert (info.cseq, info.get("To")) == ((21, "INFO"), f"{DEVICE};tag=d")
    bye = dialog.request("BYE", via=VIA)
    assert dialog.phase is Phase.CLOSING
    with pytest.raises(ValueError, match="closing"):
        dialog.request("INFO", via=VIA)
    dialog.answered(make_response(bye, 401))
    assert dialog.phase is Phase.CLOSING
    dialog.answered(make_response(bye, 200))
    assert dialog.phase is Phase.CLOSED


def test_a_bye_nobody_answers() -> None:
    dialog = call()
    dialog.request("BYE", via=VIA)
    dialog.bye_timed_out()
    assert dialog.phase is Phase.CLOSED


def test_their_requests() -> None:
    dialog = call()
    their = dialog.request("INFO", via=VIA)
    their.set("From", dialog.remote)
    their.set("To", dialog.local)
    assert dialog.owns(their)
    their.method = "INVITE"
    their.set("CSeq", "5 INVITE")
    their.set("Contact", "<sip:34020000001320000088@192.168.3.89>")
    assert dialog.accept(their) == 200
    assert dialog.target == "sip:34020000001320000088@192.168.3.89"
    their.set("CSeq", "4 INFO")
    their.method = "INFO"
    assert dialog.accept(their) == 500
    their.method = "BYE"
    assert (dialog.accept(their), dialog.phase) == (200, Phase.CLOSED)
    assert dialog.accept(their) == 481
    their.set("From", "<sip:1@2>;tag=stranger")
    assert not dialog.owns(their)


def test_their_call() -> None:
    answer = make_response(invite(), 200, tag="u")
    dialog = Dialog.of_request(invite(), answer)
    assert dialog.key == ("c1", "u")
    assert dialog.target == str(PLATFORM.uri)
    assert dialog.request("BYE", via=VIA).cseq == (1, "BYE")


def test_calls_outlive_a_restart() -> None:
    dialog = call()
    again = Dialog.load(json.loads(json.dumps(dialog.dump())))
    assert again == dialog
    assert again.request("BYE", via=VIA).cseq == (21, "BYE")


def test_481_ends_a_call_and_a_new_offer_moves_it() -> None:
    dialog = call()
    again = dialog.request("INVITE", via=VIA)
    dialog.answered(make_response(again, 200, headers=(("Contact", "<sip:7@1.2.3.4>"),)))
    assert dialog.target == "sip:7@1.2.3.4"
    assert dialog.request("ACK", via=VIA).cseq == (21, "ACK")
    info = dialog.request("INFO", via=VIA)
    dialog.answered(make_response(info, 481))
    assert dialog.phase is Phase.CLOSED
