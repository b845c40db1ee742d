-- The two streams of handling, insert-only like those of receiving (alarm_refuse_change is made there). Their months
-- are made ahead by the platform (kernel.partitions); records leave as whole months.

CREATE TABLE alarms_event (
    activation_id bigint NOT NULL,
    signal_id bigint NOT NULL,
    at timestamptz NOT NULL,
    part text NOT NULL CHECK (part IN ('raises', 'restores', 'tells')),
    PRIMARY KEY (activation_id, signal_id, at)
) PARTITION BY RANGE (at);
CREATE INDEX alarms_event_signal ON alarms_event (signal_id);
COMMENT ON TABLE alarms_event IS 'which signal did what to which alarm; at = received_at of the signal';

CREATE SEQUENCE alarms_decision_id AS bigint;
CREATE TABLE alarms_decision (
    id bigint NOT NULL DEFAULT nextval('alarms_decision_id'),
    activation_id bigint NOT NULL,
    at timestamptz NOT NULL,
    act text NOT NULL,
    by_id bigint,
    by_name text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    text text NOT NULL DEFAULT '',
    step text NOT NULL DEFAULT '',
    contact_id bigint,
    contact_name text NOT NULL DEFAULT '',
    outcome text NOT NULL DEFAULT '',
    result text NOT NULL DEFAULT '',
    cause text NOT NULL DEFAULT '',
    former_owner_id bigint,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX alarms_decision_activation ON alarms_decision (activation_id, id);
COMMENT ON TABLE alarms_decision IS 'who did what about which alarm';

-- A month that nobody made must not stop the engine.
CREATE TABLE alarms_event_default PARTITION OF alarms_event DEFAULT;
CREATE TABLE alarms_decision_default PARTITION OF alarms_decision DEFAULT;

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarms_event
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarms_decision
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_refuse_change();

-- The queue is read by state, over few rows, and written often.
ALTER TABLE alarms_activation SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'jifang_app') THEN
        REVOKE ALL ON alarms_event, alarms_decision FROM jifang_app;
        GRANT SELECT, INSERT ON alarms_event, alarms_decision TO jifang_app;
        GRANT USAGE ON SEQUENCE alarms_decision_id TO jifang_app;
    END IF;
END $$;

-- The signal log is read newest first, by everybody, over all sites.
CREATE INDEX alarm_signal_received ON alarm_signal (received_at DESC, id DESC);
