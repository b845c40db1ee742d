"""The streams are insert-only for every role, the owner of the tables included."""

import psycopg
import pytest
from psycopg import errors, sql

STREAMS = ("alarm_signal", "alarm_refusal", "alarm_signal_default", "alarm_refusal_default")
CHANGES = ("UPDATE {} SET account = ''", "DELETE FROM {}", "TRUNCATE {}")
GATEWAY_MAY = {"alarm_signal": {"SELECT", "INSERT"}, "alarm_refusal": {"SELECT", "INSERT"}}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("stream", STREAMS)
def test_nobody_changes_a_stream(database: str, stream: str, change: str) -> None:
    with psycopg.connect(database) as owner, pytest.raises(errors.InsufficientPrivilege, match="insert-only"):
        owner.execute(sql.SQL(change).format(sql.Identifier(stream)))  # type: ignore[arg-type]


def test_a_whole_month_may_go(database: str) -> None:
    with psycopg.connect(database) as owner:
        owner.execute(
            "CREATE TABLE alarm_signal_2020_01 PARTITION OF alarm_signal FOR VALUES FROM ('2020-01-01') TO"
            " ('2020-02-01')"
        )
        owner.execute("DROP TABLE alarm_signal_2020_01")


def test_a_month_that_nobody_made_does_not_stop_a_signal(database: str) -> None:
    with psycopg.connect(database) as owner:
        owner.execute(
            "INSERT INTO alarm_signal (received_at, connection, ordinal, sequence, listener,"
            " event_index, encrypted,"
            " unregistered, account, protocol, scheme, code, qualifier, event_class)"
            " VALUES ('2999-01-01', 1, 1, 1, 1, 0, false, true, 'A', 'dc09', 'CID', '130', '1', 'burglary')"
        )
        assert owner.execute("SELECT count(*) FROM alarm_signal_default").fetchone() == (1,)


def test_path_states_follow_their_paths(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("INSERT INTO alarms_listener (number, name, book) VALUES (1, 'a', 'main')")
        owner.execute(
            "INSERT INTO alarms_alarmaccount (book, number, name, panel, is_active, key_mode,"
            " key_sealed, time_policy,"
            " time_offset_minutes, charset, notes, created_at)"
            " VALUES ('main', '12', '', '', true, 'none', '', 'window', 0, 'utf-8', '', now())"
        )
        owner.execute(
            "INSERT INTO alarms_accountpath (account_id, name, listener_id, receiver, line, interval_seconds,"
            " grace_seconds) SELECT id, '1', 1, '', '', 60, 30 FROM alarms_alarmaccount"
        )
        assert owner.execute("SELECT state FROM alarm_path_state").fetchall() == [("waiting",)]
        owner.execute("DELETE FROM alarms_accountpath")
        assert owner.execute("SELECT count(*) FROM alarm_path_state").fetchone() == (0,)


def test_a_key_without_its_mode_cannot_be_stored(database: str) -> None:
    with (
        psycopg.connect(database) as owner,
        pytest.raises(errors.CheckViolation, match="alarm_account_key_with_mode"),
    ):
        owner.execute(
            "INSERT INTO alarms_alarmaccount (book, number, name, panel, is_active, key_mode,"
            " key_sealed, time_policy,"
            " time_offset_minutes, charset, notes, created_at)"
            " VALUES ('main', '12', '', '', true, 'hex', '', 'window', 0, 'utf-8', '', now())"
        )
