-- The hot streams of receiving. Insert-only: the guard below fires for every role, the owner included; records
-- leave as whole months, when the law's period is over.

CREATE FUNCTION alarm_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: the stream is insert-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Records leave only as whole months, when their period of retention is over.';
END $$;

CREATE SEQUENCE alarm_signal_id AS bigint;

CREATE TABLE alarm_signal (
    id bigint NOT NULL DEFAULT nextval('alarm_signal_id'),
    received_at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    connection bigint NOT NULL,
    ordinal bigint NOT NULL,
    account_id bigint,
    path_id bigint,
    site_id bigint,
    occurred_at timestamptz,
    area integer,
    zone integer,
    user_no integer,
    sequence integer NOT NULL,
    listener smallint NOT NULL,
    event_index smallint NOT NULL,
    encrypted boolean NOT NULL,
    unregistered boolean NOT NULL,
    account text NOT NULL,
    protocol text NOT NULL,
    scheme text NOT NULL,
    code text NOT NULL,
    qualifier text NOT NULL,
    event_class text NOT NULL,
    text text,
    xdata jsonb,
    raw bytea,
    PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX alarm_signal_xid ON alarm_signal (xid);
CREATE INDEX alarm_signal_site ON alarm_signal (site_id, received_at DESC) WHERE site_id IS NOT NULL;
CREATE INDEX alarm_signal_account ON alarm_signal (account_id, received_at DESC) WHERE account_id IS NOT NULL;
CREATE INDEX alarm_signal_unregistered ON alarm_signal (received_at DESC) WHERE unregistered;
COMMENT ON TABLE alarm_signal IS 'one row per event of a received frame; readers advance below pg_snapshot_xmin';

CREATE SEQUENCE alarm_refusal_id AS bigint;

CREATE TABLE alarm_refusal (
    id bigint NOT NULL DEFAULT nextval('alarm_refusal_id'),
    received_at timestamptz NOT NULL,
    connection bigint NOT NULL,
    account_id bigint,
    repeats integer NOT NULL DEFAULT 0,
    listener smallint NOT NULL,
    peer text NOT NULL,
    account text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    reply bytea NOT NULL,
    raw bytea NOT NULL,
    PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX alarm_refusal_account ON alarm_refusal (account_id, received_at DESC) WHERE account_id IS NOT NULL;
CREATE INDEX alarm_refusal_received ON alarm_refusal (received_at DESC);

-- Frames of the last five minutes. The row is written in the transaction of its signals, so that a frame is stored
-- once whichever gateway process takes its repetitions, and whatever dies meanwhile. The table has no partitions:
-- a uniqueness that must hold across months cannot live in one of them.
CREATE TABLE alarm_frame_seen (
    hash bytea NOT NULL,
    account text NOT NULL,
    sequence integer NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT alarm_frame_seen_once PRIMARY KEY (hash, account, sequence)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
COMMENT ON TABLE alarm_frame_seen IS
    'hash: 16 bytes over decrypted data and extended data without pad and timestamp; account: book/number';

CREATE TABLE alarm_path_state (
    path_id bigint PRIMARY KEY,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'ok', 'late', 'failed')),
    since timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz,
    peer text NOT NULL DEFAULT '',
    encrypted boolean
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX alarm_path_state_not_ok ON alarm_path_state (state) WHERE state IN ('late', 'failed');

CREATE TABLE alarm_gateway_state (
    name text PRIMARY KEY,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    pid integer NOT NULL,
    listeners smallint[] NOT NULL DEFAULT '{}',
    state text NOT NULL,
    detail text NOT NULL DEFAULT '',
    figures jsonb NOT NULL DEFAULT '{}',
    supervises boolean NOT NULL DEFAULT false,
    outage boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50);

-- Who reports without being registered: the newest sight of each, also of panels that only poll.
CREATE TABLE alarm_unregistered (
    listener smallint NOT NULL,
    account text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    peer text NOT NULL,
    encrypted boolean NOT NULL,
    PRIMARY KEY (listener, account)
) WITH (fillfactor = 70);

-- Listeners on which so few paths speak that the fault is on our side of the line.
CREATE TABLE alarm_outage (
    listener smallint PRIMARY KEY,
    since timestamptz NOT NULL,
    expected integer NOT NULL,
    seen integer NOT NULL
);

-- The first number of a gateway process; its connections are numbered below it.
CREATE SEQUENCE alarm_gateway_instance AS integer CYCLE;

-- A state row for every path, made and removed with it.
CREATE FUNCTION alarm_path_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO alarm_path_state (path_id) SELECT id FROM changed ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM alarm_path_state USING changed WHERE path_id = changed.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER alarm_path_made AFTER INSERT ON alarms_accountpath REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_path_follow();
CREATE TRIGGER alarm_path_gone AFTER DELETE ON alarms_accountpath REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_path_follow();
INSERT INTO alarm_path_state (path_id) SELECT id FROM alarms_accountpath ON CONFLICT DO NOTHING;

-- Gateways reload what they know when it changes.
CREATE FUNCTION alarm_account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('alarm_account', '');
    RETURN NULL;
END $$;
CREATE TRIGGER alarm_account_told AFTER INSERT OR UPDATE OR DELETE ON alarms_alarmaccount
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_account_changed();
CREATE TRIGGER alarm_path_told AFTER INSERT OR UPDATE OR DELETE ON alarms_accountpath
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_account_changed();
CREATE TRIGGER alarm_listener_told AFTER UPDATE OF key_sealed ON alarms_listener
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_account_changed();

CREATE VIEW alarm_account_v AS
    SELECT id, book, number, site_id, key_mode, key_sealed, clear_allowed_until, time_policy,
           time_offset_minutes * 60 AS time_offset_seconds, charset
    FROM alarms_alarmaccount WHERE is_active;
CREATE VIEW alarm_path_v AS
    SELECT path.id, path.account_id, path.name, path.listener_id AS listener, path.receiver, path.line,
           path.interval_seconds, path.grace_seconds, account.number AS account, account.site_id
    FROM alarms_accountpath path JOIN alarms_alarmaccount account ON account.id = path.account_id
    WHERE account.is_active;
CREATE VIEW alarm_listener_v AS
    SELECT number, name, book, key_mode, key_sealed, refuse_unknown FROM alarms_listener;

-- The gateway tells what it opened; it may write nothing else of this table.
CREATE FUNCTION alarm_listener_publish(
    p_number smallint, p_name text, p_book text, p_tcp text, p_udp text, p_tls boolean, p_refuse_unknown boolean,
    p_state text, p_error text
) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    INSERT INTO alarms_listener (number, name, book, tcp, udp, tls, refuse_unknown, state, state_at, error)
    VALUES (p_number, p_name, p_book, p_tcp, p_udp, p_tls, p_refuse_unknown, p_state, now(), left(p_error, 300))
    ON CONFLICT (number) DO UPDATE SET
        name = EXCLUDED.name, book = EXCLUDED.book, tcp = EXCLUDED.tcp, udp = EXCLUDED.udp, tls = EXCLUDED.tls,
        refuse_unknown = EXCLUDED.refuse_unknown, state = EXCLUDED.state, state_at = EXCLUDED.state_at,
        error = EXCLUDED.error
$$;

-- Months are made ahead and dropped by the platform (kernel.partitions). A month that nobody made must not stop a
-- panel's signal.
CREATE TABLE alarm_signal_default PARTITION OF alarm_signal DEFAULT;
CREATE TABLE alarm_refusal_default PARTITION OF alarm_refusal DEFAULT;
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarm_signal
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarm_refusal
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarm_signal_default
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarm_refusal_default
    FOR EACH STATEMENT EXECUTE FUNCTION alarm_refuse_change();

REVOKE ALL ON FUNCTION alarm_listener_publish FROM PUBLIC;
