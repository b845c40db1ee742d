"""A registry of a large city, made set-based in seconds: 100 000 sites and 1 000 000 points.

Names are Chinese and vary enough for the search to be a search. The rows go in with the triggers of history
switched off (the benchmark measures reading), then every table is analysed.
"""

from django.db import connection

# ruff: noqa: S608, E501  (every statement is written here, of constants; Chinese counts double)

CITY = "4498"
DISTRICTS = 8
STATIONS = 96
ORGANISATIONS = 20_000
SITES = 100_000
SYSTEMS = 150_000
DEVICES = 300_000
POINTS = 1_000_000
CONTACTS = 120_000

STEPS: tuple[tuple[str, str], ...] = (
    (
        "regions",
        f"""
        INSERT INTO identity_region (code, name, name_en, level, parent_id, path) VALUES
          ('440000', '样本省', '', 'province', NULL, '/440000/');
        INSERT INTO identity_region (code, name, name_en, level, parent_id, path)
          SELECT '{CITY}00', '样本市', '', 'city', id, path || '{CITY}00/' FROM identity_region
          WHERE code = '440000';
        INSERT INTO identity_region (code, name, name_en, level, parent_id, path)
          SELECT '{CITY}' || lpad(i::text, 2, '0'), '第' || i || '区', '', 'county', r.id,
                 r.path || '{CITY}' || lpad(i::text, 2, '0') || '/'
          FROM identity_region r, generate_series(1, {DISTRICTS}) i WHERE r.code = '{CITY}00';
        INSERT INTO identity_region (code, name, name_en, level, parent_id, path)
          SELECT r.code || lpad((i / {DISTRICTS} + 51)::text, 2, '0') || '0000', '第' || i || '派出所', '',
                 'station', r.id,
                 r.path || r.code || lpad((i / {DISTRICTS} + 51)::text, 2, '0') || '0000/'
          FROM generate_series(0, {STATIONS - 1}) i
          JOIN identity_region r ON r.code = '{CITY}' || lpad((i % {DISTRICTS} + 1)::text, 2, '0')
        """,
    ),
    (
        "organisations",
        f"""
        INSERT INTO identity_organisation
            (id, kind, name, name_en, uscc, region_id, parent_id, path, address, phone)
          SELECT i, (ARRAY['key_unit','unit','unit','contractor','alarm_service'])[1 + i % 5],
                 (ARRAY['中国银行','光明小学','长城超市','安泰技防','天盾报警','第一医院','红星酒店'])[1 + i % 7]
                   || '有限公司' || i,
                 '', '', s.id, NULL, '/' || i || '/', '', ''
          FROM generate_series(1, {ORGANISATIONS}) i
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM identity_region
                WHERE level = 'station') s ON s.n = i % {STATIONS}
        """,
    ),
    (
        "sites",
        f"""
        INSERT INTO registry_site
            (id, version, status, in_use_on, lon, lat, raw_position, raw_datum, code, name, name_en, name_key,
             name_initials, organisation_id, region_id, alarm_service_id, address, time_zone, order799_class,
             gd9_item, sjz6_item, key_unit_class, secrecy_consent_ref, responsible_basis, risk_level, remarks)
          SELECT i, 1, CASE WHEN i % 50 = 0 THEN 'suspended' ELSE 'in_use' END, DATE '2020-01-01' + i % 2000,
                 113 + (i::bigint * 7919 % 100000) / 100000.0, 22.6 + (i::bigint * 104729 % 100000) / 125000.0, '', '',
                 'S' || lpad(i::text, 6, '0'), made.name, '', lower(made.name), '', o.id, o.region_id,
                 CASE WHEN i % 3 = 0 THEN 5 * (1 + i % 40) - 1 END,
                 (ARRAY['中山路','解放路','建设街','人民大道','滨江路','学府街'])[1 + i % 6] || (i % 900) || '号',
                 'Asia/Shanghai', (ARRAY['a_gov','a_op_1','a_op_2','b','c',''])[1 + i % 6],
                 (ARRAY['9.1','9.4','9.5','9.6','9.7','9.8','9.9',''])[1 + i % 8], '', '', '', '',
                 1 + i % 3, ''
          FROM generate_series(1, {SITES}) i
          JOIN identity_organisation o ON o.id = 1 + (i * 7 % {ORGANISATIONS})
          CROSS JOIN LATERAL (SELECT
            (ARRAY['东风','长安','新华','桥西','裕华','高新','江南','北苑','金沙','龙湖'])[1 + i % 10]
            || (ARRAY['支行','金库','小学','珠宝店','加油站','博物馆','医院','超市','仓库','酒店','车站','小区'])
               [1 + i % 12] || i || '号' AS name) made
        """,
    ),
    (
        "systems",
        f"""
        INSERT INTO registry_securitysystem
            (id, version, status, in_use_on, kind, name, built_by, site_id, contractor_id, storage_days, remarks)
          SELECT i, 1, 'in_use', DATE '2020-01-01' + i % 2000,
                 (ARRAY['intrusion','video','access_control','hold_up','guard_tour'])[1 + i % 5],
                 (ARRAY['入侵报警系统','视频监控系统','出入口控制系统','紧急报警系统','电子巡查系统'])[1 + i % 5]
                   || (i / {SITES}), 'operator', 1 + i % {SITES}, 3 + 5 * (i % 300),
                 30 + i % 61, ''
          FROM generate_series(1, {SYSTEMS}) i
        """,
    ),
    (
        "devices",
        f"""
        INSERT INTO registry_device
            (id, version, status, lon, lat, raw_position, raw_datum, kind, name, gb28181_id, gb28181_edition,
             vendor, model, serial, firmware, remarks, site_id, system_id)
          SELECT i, 1, CASE WHEN i % 100 = 0 THEN 'suspended' ELSE 'in_use' END, NULL, NULL, '', '',
                 (ARRAY['camera','camera','alarm_panel','reader','recorder'])[1 + i % 5],
                 (ARRAY['枪机','球机','报警主机','读卡器','录像机'])[1 + i % 5] || i,
                 CASE WHEN i % 5 < 2 THEN '44980100001320' || lpad(i::text, 6, '0') ELSE '' END,
                 CASE WHEN i % 5 < 2 THEN '2016' ELSE '' END,
                 (ARRAY['海天','大安','卫士'])[1 + i % 3], 'M-' || (i % 40), 'SN' || lpad(i::text, 8, '0'),
                 '', '', s.site_id, s.id
          FROM generate_series(1, {DEVICES}) i
          JOIN registry_securitysystem s ON s.id = 1 + i % {SYSTEMS}
        """,
    ),
    (
        "points",
        f"""
        INSERT INTO registry_point
            (id, version, status, lon, lat, raw_position, raw_datum, kind, number, area, name, principle,
             always_armed, remarks, site_id, system_id, device_id)
          SELECT i, 1, CASE WHEN i % 200 = 0 THEN 'suspended' ELSE 'in_use' END, NULL, NULL, '', '',
                 (ARRAY['zone','zone','zone','camera','door'])[1 + i % 5], 1 + i / {DEVICES}, 1,
                 (1 + i % 30) || '层' || (ARRAY['东门','西门','金库','大厅','走廊','车库','机房','营业厅'])
                   [1 + (i / 7) % 8]
                   || (ARRAY['红外','门磁','玻璃破碎','摄像机','出入口'])[1 + i % 5] || i,
                 (ARRAY['pir','contact','glass_break','',''])[1 + i % 5], false, '', d.site_id, d.system_id, d.id
          FROM generate_series(1, {POINTS}) i
          JOIN registry_device d ON d.id = 1 + i % {DEVICES}
        """,
    ),
    (
        "contacts",
        f"""
        INSERT INTO registry_contact
            (version, name, role, phone, second_phone, "order", hours, pass_phrase, holds_keys, remarks, site_id)
          SELECT 1, (ARRAY['王','李','张','刘','陈','杨'])[1 + i % 6]
                   || (ARRAY['伟','芳','娜','敏','静','强','磊'])[1 + i % 7], 'key_holder',
                 '139' || lpad(i::text, 8, '0'), '', 1 + i / {SITES}, '[]', '', true, '', 1 + i % {SITES}
          FROM generate_series(1, {CONTACTS}) i
        """,
    ),
)
SERIAL_TABLES = (
    "identity_organisation",
    "registry_site",
    "registry_securitysystem",
    "registry_device",
    "registry_point",
)


def build() -> None:
    """Fill an empty, migrated database. Needs a role that may switch triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE '%_bigrams'")
        search_indexes = cursor.fetchall()
        for name, _definition in search_indexes:
            cursor.execute(f"DROP INDEX {name}")
        for _name, statement in STEPS:
            cursor.execute(statement)
        for _name, definition in search_indexes:
            cursor.execute(definition)
        for table in SERIAL_TABLES:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
