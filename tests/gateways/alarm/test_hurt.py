"""What the gateway does when things break around it: killed, doubled, without a database, on a full disk."""

import threading

import psycopg
from psycopg import sql

from jifang.gateways.alarm import ListenerSettings
from jifang.protocols.dc09 import encode_frame, format_contact_id
from tests.gateways.alarm.conftest import enrol
from tests.gateways.alarm.process import Gateway, Wire, local, rows, until

FULL_DISK = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER disk_is_full BEFORE INSERT ON alarm_frame_seen
    FOR EACH STATEMENT EXECUTE FUNCTION disk_is_full();
"""
REFUSES_ZONE = """
ALTER TABLE alarm_signal ADD CONSTRAINT no_zone_13 CHECK (zone IS DISTINCT FROM 13);
"""


def cid(account: str, sequence: int, zone: int = 15) -> bytes:
    return encode_frame("ADM-CID", sequence, account, format_contact_id("130", "1", 1, zone))


def stored(conninfo: str, account: str) -> list[int]:
    return [
        row[0]
        for row in rows(conninfo, "SELECT sequence FROM alarm_signal WHERE account = %s ORDER BY id", account)
    ]


def health(conninfo: str) -> str:
    return "".join(row[0] for row in rows(conninfo, "SELECT state FROM alarm_gateway_state"))


def admin(conninfo: str) -> str:
    return psycopg.conninfo.make_conninfo(conninfo, dbname="postgres")


def name_of(conninfo: str) -> sql.Identifier:
    return sql.Identifier(str(psycopg.conninfo.conninfo_to_dict(conninfo)["dbname"]))


def test_a_repetition_is_recognised_after_kill_9(database: str) -> None:
    frame = cid("A001", 5)
    gateway = Gateway(database)
    gateway.start()
    with Wire(gateway.port) as wire:
        answer = wire.ask(frame)
    gateway.kill()
    with gateway, Wire(gateway.port) as wire:
        assert wire.ask(frame) == answer
        assert wire.ask(cid("A001", 6))
    assert stored(database, "A001") == [5, 6]


def test_a_repetition_is_recognised_by_another_gateway(database: str) -> None:
    with (
        Gateway(database, name="one") as one,
        Gateway(database, name="two") as two,
        Wire(one.port) as first,
        Wire(two.port) as second,
    ):
        frames = [cid("A001", number) for number in range(1, 30)]
        for frame in frames:
            first.send(frame)
            second.send(frame)
        for _ in frames:
            assert first.reply() == second.reply() != b""
    assert sorted(stored(database, "A001")) == list(range(1, 30))


def test_a_sequence_comes_again_after_the_window(database: str) -> None:
    frame = cid("A001", 5)
    with Gateway(database) as gateway, Wire(gateway.port) as wire:
        wire.ask(frame)
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("UPDATE alarm_frame_seen SET seen_at = seen_at - interval '301 s'")
    with Gateway(database) as gateway, Wire(gateway.port) as wire:
        assert b'"ACK"0005' in wire.ask(frame)
        assert b'"ACK"0005' in wire.ask(frame)
    assert stored(database, "A001") == [5, 5]


def test_no_answer_without_a_database_and_recovery_by_itself(database: str) -> None:
    with Gateway(database) as gateway, Wire(gateway.port) as wire:
        wire.ask(cid("A001", 1))
        with psycopg.connect(admin(database), autocommit=True) as db:
            db.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name_of(database)))
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (psycopg.conninfo.conninfo_to_dict(database)["dbname"],),
            )
            for sequence in (2, 3, 4):
                wire.send(cid("A001", sequence))
            assert wire.silent()
            db.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name_of(database)))
        assert [wire.reply()[9:18] for _ in range(3)] == [b'"ACK"0002', b'"ACK"0003', b'"ACK"0004']
        until(lambda: health(database) == "recovered", "the gateway tells that it was cut off")
    assert stored(database, "A001") == [1, 2, 3, 4]


def test_no_answer_on_a_full_disk_and_the_state_says_so(database: str) -> None:
    with Gateway(database) as gateway, Wire(gateway.port) as wire:
        with psycopg.connect(database, autocommit=True) as db:
            db.execute(FULL_DISK)
            wire.send(cid("A001", 1))
            until(lambda: health(database) == "no_database", "the state says that nothing is stored")
            ((detail,),) = rows(database, "SELECT detail FROM alarm_gateway_state")
            assert "No space left on device" in detail
            assert wire.silent()
            db.execute("DROP TRIGGER disk_is_full ON alarm_frame_seen")
        assert b'"ACK"0001' in wire.reply()
    assert stored(database, "A001") == [1]


def test_one_row_the_database_will_not_have_stops_nobody(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as db:
        db.execute(REFUSES_ZONE)
    with Gateway(database) as gateway, Wire(gateway.port) as wire:
        wire.send(b"".join(cid("A001", number, zone) for number, zone in ((1, 12), (2, 13), (3, 14))))
        assert [wire.reply()[9:18] for _ in range(3)] == [b'"ACK"0001', b'"ACK"0002', b'"ACK"0003']
    # Sequence and zone of the second could not be kept apart; its bytes are.
    assert rows(database, "SELECT zone, code, event_class FROM alarm_signal ORDER BY id") == [
        (12, "130", "burglary"),
        (None, "", "unknown"),
        (14, "130", "burglary"),
    ]
    assert rows(database, "SELECT raw FROM alarm_signal WHERE zone IS NULL") == [(cid("A001", 2, 13),)]


def test_a_flooding_connection_does_not_starve_the_others(database: str) -> None:
    settings = local(ListenerSettings(), max_waiting_frames_per_connection=8, max_waiting_frames=200)
    with Gateway(database, settings) as gateway, Wire(gateway.port) as flood, Wire(gateway.port) as panel:
        flooding = b"".join(cid("F00D", number % 9999 + 1, number % 1000) for number in range(20_000))
        pump = threading.Thread(target=flood.send, args=(flooding,), daemon=True)
        pump.start()
        flood.reply()
        began = rows(database, "SELECT count(*) FROM alarm_signal WHERE account = 'F00D'")[0][0]
        assert b'"ACK"0001L0#A001' in panel.ask(cid("A001", 1))
        between = rows(database, "SELECT count(*) FROM alarm_signal WHERE account = 'F00D'")[0][0] - began
        # The panel waited behind a few commits of the flood, not behind all that the flood had sent.
        assert between < 10_000
        gateway.kill()
        pump.join()


def test_a_fresh_gateway_waits_for_its_database(database: str) -> None:
    with psycopg.connect(admin(database), autocommit=True) as db:
        db.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name_of(database)))
        gateway = Gateway(database)
        starting = threading.Thread(target=gateway.start)
        starting.start()
        until(lambda: gateway.process is not None, "the process runs")
        db.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name_of(database)))
        starting.join()
    with Wire(gateway.port) as wire:
        assert b'"ACK"0001' in wire.ask(cid("A001", 1))
    assert gateway.stop() == 0


def test_the_end_is_orderly_and_told(database: str) -> None:
    gateway = Gateway(database).start()
    with Wire(gateway.port) as wire:
        wire.ask(cid("A001", 1))
        until(
            lambda: rows(database, "SELECT number, state FROM alarms_listener") == [(1, "listening")],
            "the listener is published",
        )
        assert gateway.stop() == 0
        assert wire.reply() == b""
    assert rows(database, "SELECT state FROM alarms_listener") == [("closed",)]
    assert health(database) == "stopped"


def test_supervision_by_one_gateway_only(database: str) -> None:
    enrol(database, "A001")
    with Gateway(database, name="one") as one, Gateway(database, name="two") as two:

        def supervising() -> list[str]:
            return [
                row[0]
                for row in rows(
                    database, "SELECT name FROM alarm_gateway_state WHERE supervises AND state='ok'"
                )
            ]

        until(
            lambda: len(rows(database, "SELECT 1 FROM alarm_gateway_state")) == 2, "both tell of themselves"
        )
        assert until(supervising, "one supervises") in (["one"], ["two"])
        first, second = (one, two) if supervising() == ["one"] else (two, one)
        first.stop()
        until(lambda: supervising() == [second.name], "the other takes over")
