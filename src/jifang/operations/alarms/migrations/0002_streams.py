"""Make the hot streams, the views and the triggers of receiving."""

from pathlib import Path

from django.db import migrations

DROP = """
DROP VIEW IF EXISTS alarm_account_v, alarm_path_v, alarm_listener_v;
DROP TRIGGER IF EXISTS alarm_path_made ON alarms_accountpath;
DROP TRIGGER IF EXISTS alarm_path_gone ON alarms_accountpath;
DROP TRIGGER IF EXISTS alarm_account_told ON alarms_alarmaccount;
DROP TRIGGER IF EXISTS alarm_path_told ON alarms_accountpath;
DROP TRIGGER IF EXISTS alarm_listener_told ON alarms_listener;
DROP TABLE IF EXISTS alarm_signal, alarm_refusal, alarm_frame_seen, alarm_path_state, alarm_gateway_state,
    alarm_unregistered, alarm_outage;
DROP SEQUENCE IF EXISTS alarm_signal_id, alarm_refusal_id, alarm_gateway_instance;
DROP FUNCTION IF EXISTS alarm_refuse_change, alarm_listener_publish, alarm_path_follow, alarm_account_changed;
"""


class Migration(migrations.Migration):
    dependencies = [("alarms", "0001_receiving")]

    operations = [
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"),
            DROP,
            state_operations=[],
        ),
    ]
