"""Make what becomes of signals: activations, their two streams, shifts, the engine's cursor."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0002_streams"),
        ("registry", "0002_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("take", "Taken"),
                            ("release", "Put back"),
                            ("take_over", "Taken over"),
                            ("note", "Note"),
                            ("step", "Step"),
                            ("contact", "Call"),
                            ("look", "Pass-phrase shown"),
                            ("close", "Closed"),
                        ],
                        max_length=12,
                        verbose_name="act",
                    ),
                ),
                ("by_name", models.CharField(max_length=60, verbose_name="by")),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("new", "Waiting"),
                            ("taken", "Taken"),
                            ("in_progress", "In progress"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("new", "Waiting"),
                            ("taken", "Taken"),
                            ("in_progress", "In progress"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("step", models.CharField(blank=True, max_length=20, verbose_name="step")),
                ("contact_id", models.BigIntegerField(null=True)),
                ("contact_name", models.CharField(blank=True, max_length=100, verbose_name="contact")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reached", "Reached"),
                            ("pass_phrase_right", "Reached, pass-phrase right"),
                            ("pass_phrase_wrong", "Reached, pass-phrase wrong"),
                            ("no_answer", "No answer"),
                            ("busy", "Busy"),
                            ("wrong_number", "Wrong number"),
                        ],
                        max_length=20,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("real", "Real alarm"),
                            ("false", "False alarm"),
                            ("test", "Test or drill"),
                            ("technical", "Technical fault, passed on"),
                            ("restored", "Restored, nothing left to do"),
                            ("duplicate", "Duplicate of another alarm"),
                            ("nothing_found", "Checked, nothing found"),
                        ],
                        max_length=14,
                        verbose_name="result",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("user", "Operated wrongly by the user"),
                            ("equipment", "Equipment fault"),
                            ("installation", "Wrong installation or setting"),
                            ("environment", "Weather, animals, surroundings"),
                            ("works", "Building or maintenance work not announced"),
                            ("supply", "Power or line disturbance"),
                            ("unknown", "Cause not found"),
                        ],
                        max_length=14,
                        verbose_name="cause",
                    ),
                ),
                ("former_owner_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "alarms_decision",
                "ordering": ["id"],
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "activation_id",
                        "signal_id",
                        "at",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("signal_id", models.BigIntegerField()),
                ("at", models.DateTimeField(verbose_name="received")),
                (
                    "part",
                    models.CharField(
                        choices=[("raises", "raises"), ("restores", "restores"), ("tells", "tells")],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "db_table": "alarms_event",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Activation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("listener", models.SmallIntegerField(null=True, verbose_name="listener")),
                ("account", models.CharField(blank=True, max_length=32, verbose_name="account")),
                ("fault", models.CharField(blank=True, max_length=100, verbose_name="platform fault")),
                (
                    "priority_class",
                    models.CharField(
                        choices=[
                            ("fire", "Fire"),
                            ("hold_up", "Hold-up"),
                            ("medical", "Help call"),
                            ("burglary", "Burglary"),
                            ("tamper", "Tamper"),
                            ("unknown", "Unknown code"),
                            ("technical", "Technical fault"),
                            ("access", "Door alarm"),
                            ("open_close", "Opening and closing"),
                            ("supervision", "Line failure"),
                            ("test", "Test"),
                        ],
                        max_length=12,
                        verbose_name="class",
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(verbose_name="priority")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Waiting"),
                            ("taken", "Taken"),
                            ("in_progress", "In progress"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("scheme", models.TextField(blank=True, verbose_name="scheme")),
                ("code", models.TextField(blank=True, verbose_name="code")),
                ("area", models.IntegerField(null=True, verbose_name="area")),
                ("zone", models.IntegerField(null=True, verbose_name="zone")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "zones",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="zones"
                    ),
                ),
                (
                    "standing",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        help_text="Conditions raised and not yet restored.",
                        size=None,
                    ),
                ),
                (
                    "overflow",
                    models.BooleanField(default=False, help_text="More conditions than are listed."),
                ),
                ("first_signal", models.BigIntegerField(null=True, verbose_name="first signal")),
                ("signal_count", models.PositiveIntegerField(default=0, verbose_name="signals")),
                ("opened_at", models.DateTimeField(verbose_name="arose")),
                ("last_at", models.DateTimeField(verbose_name="last signal")),
                ("restored_at", models.DateTimeField(null=True, verbose_name="restored")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="first taken")),
                ("started_at", models.DateTimeField(null=True, verbose_name="first action")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "closed_after",
                    models.TextField(
                        blank=True,
                        help_text="Position of the engine when it was closed, so that a replay closes it there.",
                    ),
                ),
                ("held_since", models.DateTimeField(null=True, verbose_name="held since")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("real", "Real alarm"),
                            ("false", "False alarm"),
                            ("test", "Test or drill"),
                            ("technical", "Technical fault, passed on"),
                            ("restored", "Restored, nothing left to do"),
                            ("duplicate", "Duplicate of another alarm"),
                            ("nothing_found", "Checked, nothing found"),
                        ],
                        max_length=14,
                        verbose_name="result",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("user", "Operated wrongly by the user"),
                            ("equipment", "Equipment fault"),
                            ("installation", "Wrong installation or setting"),
                            ("environment", "Weather, animals, surroundings"),
                            ("works", "Building or maintenance work not announced"),
                            ("supply", "Power or line disturbance"),
                            ("unknown", "Cause not found"),
                        ],
                        max_length=14,
                        verbose_name="cause",
                    ),
                ),
                ("closing_note", models.TextField(blank=True, verbose_name="closing note")),
            ],
            options={
                "verbose_name": "alarm",
                "verbose_name_plural": "alarms",
                "ordering": ["priority", "id"],
            },
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("reader", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("cluster", models.CharField(max_length=24)),
                ("floor", models.BigIntegerField(default=0)),
                ("done", models.TextField()),
                ("target", models.TextField(blank=True)),
                ("xid", models.TextField(default="0")),
                ("signal", models.BigIntegerField(default=0)),
                ("processed", models.BigIntegerField(default=0)),
                ("beat_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("request", models.CharField(max_length=64)),
                ("decision_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("console", models.CharField(max_length=40, verbose_name="console")),
                ("started_at", models.DateTimeField(verbose_name="began")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("seen_at", models.DateTimeField(verbose_name="last seen")),
                (
                    "sound",
                    models.CharField(
                        choices=[
                            ("on", "Sound on"),
                            ("muted", "Muted (hold-up, fire and help calls still sound)"),
                            ("blocked", "Silent: the browser blocks sound"),
                        ],
                        default="on",
                        max_length=8,
                        verbose_name="sound",
                    ),
                ),
                (
                    "link",
                    models.CharField(
                        choices=[("live", "Live"), ("stale", "Behind"), ("lost", "Disconnected")],
                        default="live",
                        max_length=6,
                        verbose_name="link",
                    ),
                ),
            ],
            options={
                "verbose_name": "shift",
                "verbose_name_plural": "shifts",
                "ordering": ["-started_at"],
            },
        ),
        migrations.AddField(
            model_name="activation",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="activation",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="held by",
            ),
        ),
        migrations.AddField(
            model_name="activation",
            name="previous",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="following",
                to="alarms.activation",
                verbose_name="previous alarm",
            ),
        ),
        migrations.AddField(
            model_name="activation",
            name="site",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activations",
                to="registry.site",
                verbose_name="site",
            ),
        ),
        migrations.AddField(
            model_name="idempotencykey",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shifts",
                to=settings.AUTH_USER_MODEL,
                verbose_name="operator",
            ),
        ),
        migrations.AddIndex(
            model_name="activation",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["priority", "id"],
                name="activation_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="activation",
            index=models.Index(
                models.F("site"), models.OrderBy(models.F("id"), descending=True), name="activation_of_site"
            ),
        ),
        migrations.AddIndex(
            model_name="activation",
            index=models.Index(
                models.OrderBy(models.F("closed_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("closed_at__isnull", False)),
                name="activation_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="activation",
            index=models.Index(
                models.F("account"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("account", ""), _negated=True),
                name="activation_of_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("account", ""), ("fault", ""), ("listener__isnull", True), ("site__isnull", False)
                    ),
                    models.Q(
                        ("fault", ""),
                        ("listener__isnull", False),
                        ("site__isnull", True),
                        models.Q(("account", ""), _negated=True),
                    ),
                    models.Q(
                        ("account", ""),
                        ("listener__isnull", True),
                        ("site__isnull", True),
                        models.Q(("fault", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="activation_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True), ("site__isnull", False)),
                fields=("site", "priority_class"),
                name="activation_one_open_per_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True), ("listener__isnull", False)),
                fields=("listener", "account", "priority_class"),
                name="activation_one_open_per_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True), models.Q(("fault", ""), _negated=True)),
                fields=("fault",),
                name="activation_one_open_per_fault",
            ),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.UniqueConstraint(fields=("first_signal",), name="activation_one_per_signal"),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("held_since__isnull", False),
                        ("owner__isnull", False),
                        ("state__in", ["in_progress", "taken"]),
                    ),
                    models.Q(
                        models.Q(("state__in", ["in_progress", "taken"]), _negated=True),
                        ("held_since__isnull", True),
                        ("owner__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="activation_held_by_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("state", "closed"),
                        models.Q(("result", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("cause", ""),
                        ("closed_at__isnull", True),
                        ("closed_by__isnull", True),
                        ("closing_note", ""),
                        ("result", ""),
                    ),
                    _connector="OR",
                ),
                name="activation_closed_with_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "false"), models.Q(("cause", ""), _negated=True)),
                    models.Q(models.Q(("result", "false"), _negated=True), ("cause", "")),
                    _connector="OR",
                ),
                name="activation_false_has_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="activation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("result__in", ("duplicate", "nothing_found", "real", "technical")), _negated=True
                    ),
                    models.Q(("closing_note", ""), _negated=True),
                    _connector="OR",
                ),
                name="activation_result_needs_note",
            ),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["at"], name="alarms_key_age"),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("account", "key"), name="alarms_key_once"),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("account",),
                name="shift_one_open_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="shift_ends_after_start",
            ),
        ),
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"),
            "DROP TABLE IF EXISTS alarms_event, alarms_decision; DROP SEQUENCE IF EXISTS alarms_decision_id",
            state_operations=[],
        ),
    ]
