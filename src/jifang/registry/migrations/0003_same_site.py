"""What belongs together stands at one site: composite foreign keys, checked at the end of the transaction.

A device whose system is at another site, a point whose panel is at another site, a plan of another building:
the database refuses all of them, whatever road they came by.
"""

from django.db import migrations

TARGETS = ("registry_securitysystem", "registry_device", "registry_floorplan")
PAIRS = (
    ("registry_securitysystem", "parent_id", "registry_securitysystem"),
    ("registry_device", "system_id", "registry_securitysystem"),
    ("registry_device", "parent_id", "registry_device"),
    ("registry_device", "floor_plan_id", "registry_floorplan"),
    ("registry_point", "system_id", "registry_securitysystem"),
    ("registry_point", "device_id", "registry_device"),
    ("registry_point", "floor_plan_id", "registry_floorplan"),
    ("registry_privateplace", "floor_plan_id", "registry_floorplan"),
)


class Migration(migrations.Migration):
    """Three unique keys and the foreign keys that point at them."""

    dependencies = [("registry", "0002_search")]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_id_site UNIQUE (id, site_id)",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_id_site",
            )
            for table in TARGETS
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_site "
                f"FOREIGN KEY ({column}, site_id) REFERENCES {target} (id, site_id) "
                "DEFERRABLE INITIALLY DEFERRED",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_same_site",
            )
            for table, column, target in PAIRS
        ),
    ]
