"""The stored ledger: written in one's own transaction, placed once, proved offline, never altered."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from jifang.identity import ledger, ledger_key
from jifang.identity.access import SYSTEM
from jifang.identity.audit import acting
from jifang.identity.models import (
    Account,
    LedgerCheckpoint,
    LedgerEntry,
    LedgerNode,
    LedgerOpening,
    LedgerPlace,
    LedgerWaiting,
)
from jifang.kernel.errors import BadInputError
from jifang.ledger.bundle import Range, Selection
from jifang.ledger.errors import ProofError
from jifang.ledger.verify import verify_bundle
from tests.fixtures import AT, actor_of


def write(count: int, kind: str = "test.entry") -> None:
    with acting(by=SYSTEM, at=AT):
        for number in range(count):
            ledger.append(kind, {"number": number}, by=SYSTEM, at=AT)


def test_an_entry_needs_a_transaction(db: None) -> None:
    with acting(by=SYSTEM, at=AT):
        ledger.append("test.entry", {}, by=SYSTEM, at=AT)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_written() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        ledger.append("test.entry", {}, by=SYSTEM, at=AT)
    assert not LedgerEntry.objects.exists()


def test_an_entry_stands_and_falls_with_its_transaction(db: None) -> None:
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert not LedgerEntry.objects.exists()
    assert not LedgerWaiting.objects.exists()


def test_a_float_is_refused_and_named(db: None) -> None:
    with pytest.raises(BadInputError) as refused, acting(by=SYSTEM, at=AT):
        ledger.append("test.entry", {"length": 1.5}, by=SYSTEM, at=AT)
    assert refused.value.field == "/body/length"


def test_places_have_no_gap_and_sequencing_twice_changes_nothing(db: None) -> None:
    write(9)
    assert ledger.sequence() == 9
    assert ledger.sequence() == 0
    write(4)
    assert ledger.sequence() == 4
    assert list(LedgerPlace.objects.order_by("index").values_list("index", flat=True)) == list(range(13))
    assert not LedgerWaiting.objects.exists()
    # 13 leaves are complete subtrees of 8, 4 and 1: 13 + 6 + 3 + 1 nodes.
    assert LedgerNode.objects.count() == 23


def test_a_checkpoint_is_signed_once_for_what_it_covers(db: None) -> None:
    assert ledger.sign_checkpoint(at=AT) is None
    write(3)
    first = ledger.sign_checkpoint(at=AT)
    assert first is not None
    assert first.size == 3
    assert ledger.sign_checkpoint(at=AT + timedelta(minutes=5)) == first
    write(2)
    second = ledger.sign_checkpoint(at=AT + timedelta(minutes=10))
    assert second is not None
    assert second.size == 5


def test_a_range_is_proved_offline(owner: Account) -> None:
    write(6)
    ledger.sign_checkpoint(at=AT)
    with acting(by=actor_of(owner), at=AT):
        ledger.append("test.named", {}, by=actor_of(owner), at=AT, personal={"phone": "13800000000"})
    ledger.sign_checkpoint(at=AT + timedelta(days=1))
    content = ledger.export(Range(0, 7))
    report = verify_bundle(content, ledger_key.signer().verifier)
    assert report.ok
    assert b"13800000000" not in content
    opened = ledger.export(Range(5, 7), openings=True)
    assert verify_bundle(opened, ledger_key.signer().verifier).ok
    assert b"13800000000" in opened
    # The checkpoint somebody kept from the first day fits the bundle of the second.
    kept = LedgerCheckpoint.objects.get(size=6).note
    assert verify_bundle(content, ledger_key.signer().verifier, [kept]).ok


def test_a_selection_is_proved_offline(db: None) -> None:
    write(20)
    ledger.sign_checkpoint(at=AT)
    assert verify_bundle(ledger.export(Selection((3, 17))), ledger_key.signer().verifier).ok


def test_what_no_checkpoint_covers_is_not_exported(db: None) -> None:
    with pytest.raises(ProofError):
        ledger.export(Range(0, 1))
    write(2)
    ledger.sign_checkpoint(at=AT)
    with pytest.raises(ProofError):
        ledger.export(Range(0, 3))
    with pytest.raises(ProofError, match="No checkpoint was signed at 1"):
        ledger.export(Range(0, 2), compare=[1])


def test_forgetting_leaves_the_tree_standing(owner: Account) -> None:
    with acting(by=actor_of(owner), at=AT):
        entry = ledger.append("test.named", {}, by=actor_of(owner), at=AT, personal={"phone": "139"})
    ledger.sign_checkpoint(at=AT)
    assert ledger.forget(entry) == 2
    assert not LedgerOpening.objects.exists()
    assert verify_bundle(ledger.export(Range(0, 1), openings=True), ledger_key.signer().verifier).ok


@pytest.mark.parametrize("table", ["ledgerentry", "ledgerplace", "ledgernode", "ledgercheckpoint"])
@pytest.mark.parametrize("act", ["DELETE FROM identity_{}", "UPDATE identity_{} SET {} = {}"])
def test_the_tables_only_grow(db: None, table: str, act: str) -> None:
    write(1)
    ledger.sign_checkpoint(at=AT)
    column = {
        "ledgerentry": "kind",
        "ledgerplace": "index",
        "ledgernode": "index",
        "ledgercheckpoint": "note",
    }
    statement = act.format(table, column[table], column[table])
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        connection.cursor().execute(statement)


def tamper(statement: str) -> None:
    """What somebody with the rights of the owner could do: switch the guard off and write."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE identity_ledgernode SET hash = sha256('forged') WHERE level = 2 AND index = 0",
        "DELETE FROM identity_ledgernode WHERE level = 2 AND index = 0",
        "UPDATE identity_ledgerfrontier SET size = 4, hashes = substr(hashes, 1, 32)",
    ],
)
def test_a_tampered_tree_is_not_signed(db: None, statement: str) -> None:
    write(5)
    ledger.sign_checkpoint(at=AT)
    write(3)
    tamper(statement)
    with pytest.raises(ledger.LedgerDamagedError):
        ledger.sign_checkpoint(at=AT)
    assert LedgerCheckpoint.objects.count() == 1


def test_an_altered_entry_leaves_the_house_in_no_bundle_that_verifies(db: None) -> None:
    write(4)
    ledger.sign_checkpoint(at=AT)
    tamper("""UPDATE identity_ledgerentry SET content = convert_to('{"body":1}', 'UTF8')""")
    content = ledger.export(Range(0, 4))
    assert not verify_bundle(content, ledger_key.signer().verifier).ok


@pytest.mark.django_db(transaction=True)
def test_appends_at_once_neither_wait_for_each_other_nor_lose_anything() -> None:
    """Two open transactions that each appended first and then want the other's row would deadlock on a
    lock."""
    ready = threading.Barrier(4)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                with acting(by=SYSTEM, at=AT):
                    ledger.append("test.parallel", {}, by=SYSTEM, at=AT)
                    # All four stand here with an appended entry and an open transaction.
                    ready.wait(timeout=20)
        except BaseException as error:
            failed.append(error)
            ready.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failed
    ledger.sign_checkpoint(at=AT)
    assert LedgerPlace.objects.count() == 40
    assert verify_bundle(ledger.export(Range(0, 40)), ledger_key.signer().verifier).ok


@pytest.mark.django_db(transaction=True)
def test_an_entry_of_a_slow_transaction_is_not_skipped() -> None:
    """Its id is smaller than that of entries placed before it commits."""
    appended, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with acting(by=SYSTEM, at=AT):
                ledger.append("test.slow", {}, by=SYSTEM, at=AT)
                appended.set()
                may_commit.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert appended.wait(timeout=20)
    write(3)
    assert ledger.sequence() == 3
    may_commit.set()
    thread.join(timeout=20)
    assert ledger.sequence() == 1
    kinds = list(LedgerPlace.objects.order_by("index").values_list("entry__kind", flat=True))
    assert kinds == ["test.entry"] * 3 + ["test.slow"]
