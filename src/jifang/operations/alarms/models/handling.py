"""What becomes of signals: activations, the streams that belong to them, and the consoles of a shift.

``Activation`` is the only row here that changes. Its history is two streams that nobody can change: ``Event``
(which signal did what to it) and ``Decision`` (who did what about it). Both are made by raw SQL in
``0010_handling``: partitioned by month, no foreign key into them, a guard against UPDATE and DELETE.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifang.operations.alarms.lifecycle import HELD, Act, State
from jifang.operations.alarms.outcomes import NEEDS_NOTE, CallOutcome, Cause, Result
from jifang.operations.alarms.priorities import Part, PriorityClass

HELD_STATES = sorted(str(state) for state in HELD)


class Activation(models.Model):
    """An alarm as people handle it: everything of one class at one place until somebody closes it.

    The place is a site, or an account that no site is registered for (``listener`` and ``account``), or a
    part of the platform itself (``fault``, a key from the register of platform faults). ``priority`` is
    1..99, 1 the most urgent. Ids grow in the order in which alarms arose whatever the clock does, so "oldest
    first" is by id.
    """

    site = models.ForeignKey(
        "registry.Site", models.PROTECT, null=True, related_name="activations", verbose_name=_("site")
    )
    # No foreign key: a signal of a listener that was never published must not stop the engine.
    listener = models.SmallIntegerField(_("listener"), null=True)
    account = models.CharField(_("account"), max_length=32, blank=True)
    fault = models.CharField(_("platform fault"), max_length=100, blank=True)

    priority_class = models.CharField(_("class"), max_length=12, choices=PriorityClass)
    priority = models.PositiveSmallIntegerField(_("priority"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW)
    version = models.PositiveIntegerField(default=1)

    scheme = models.TextField(_("scheme"), blank=True)
    code = models.TextField(_("code"), blank=True)
    area = models.IntegerField(_("area"), null=True)
    zone = models.IntegerField(_("zone"), null=True)
    text = models.TextField(_("text"), blank=True)
    zones = ArrayField(models.IntegerField(), verbose_name=_("zones"), default=list)
    standing = ArrayField(
        models.TextField(), default=list, help_text="Conditions raised and not yet restored."
    )
    overflow = models.BooleanField(default=False, help_text="More conditions than are listed.")
    first_signal = models.BigIntegerField(_("first signal"), null=True)
    signal_count = models.PositiveIntegerField(_("signals"), default=0)

    opened_at = models.DateTimeField(_("arose"))
    last_at = models.DateTimeField(_("last signal"))
    restored_at = models.DateTimeField(_("restored"), null=True)
    taken_at = models.DateTimeField(_("first taken"), null=True)
    started_at = models.DateTimeField(_("first action"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_after = models.TextField(
        blank=True, help_text="Position of the engine when it was closed, so that a replay closes it there."
    )

    owner = models.ForeignKey(
        "identity.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("held by")
    )
    held_since = models.DateTimeField(_("held since"), null=True)
    closed_by = models.ForeignKey(
        "identity.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    result = models.CharField(_("result"), max_length=14, choices=Result, blank=True)
    cause = models.CharField(_("cause"), max_length=14, choices=Cause, blank=True)
    closing_note = models.TextField(_("closing note"), blank=True)
    previous = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="following", verbose_name=_("previous alarm")
    )

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["priority", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(site__isnull=False, listener__isnull=True, account="", fault="")
                    | (Q(site__isnull=True, listener__isnull=False, fault="") & ~Q(account=""))
                    | (Q(site__isnull=True, listener__isnull=True, account="") & ~Q(fault=""))
                ),
                name="activation_one_place",
            ),
            models.UniqueConstraint(
                fields=["site", "priority_class"],
                condition=Q(closed_at__isnull=True, site__isnull=False),
                name="activation_one_open_per_site",
            ),
            models.UniqueConstraint(
                fields=["listener", "account", "priority_class"],
                condition=Q(closed_at__isnull=True, listener__isnull=False),
                name="activation_one_open_per_account",
            ),
            models.UniqueConstraint(
                fields=["fault"],
                condition=Q(closed_at__isnull=True) & ~Q(fault=""),
                name="activation_one_open_per_fault",
            ),
            models.UniqueConstraint(fields=["first_signal"], name="activation_one_per_signal"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=HELD_STATES, owner__isnull=False, held_since__isnull=False)
                    | (~Q(state__in=HELD_STATES) & Q(owner__isnull=True, held_since__isnull=True))
                ),
                name="activation_held_by_one",
            ),
            models.CheckConstraint(
                condition=(
                    (Q(state=State.CLOSED, closed_at__isnull=False, closed_by__isnull=False) & ~Q(result=""))
                    | (
                        ~Q(state=State.CLOSED)
                        & Q(
                            closed_at__isnull=True,
                            closed_by__isnull=True,
                            result="",
                            cause="",
                            closing_note="",
                        )
                    )
                ),
                name="activation_closed_with_result",
            ),
            models.CheckConstraint(
                condition=(Q(result=Result.FALSE) & ~Q(cause="")) | (~Q(result=Result.FALSE) & Q(cause="")),
                name="activation_false_has_cause",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=NEEDS_NOTE) | ~Q(closing_note=""), name="activation_result_needs_note"
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "id"], condition=Q(closed_at__isnull=True), name="activation_queue"
            ),
            models.Index(F("site"), F("id").desc(), name="activation_of_site"),
            models.Index(
                F("closed_at").desc(),
                F("id").desc(),
                condition=Q(closed_at__isnull=False),
                name="activation_closed",
            ),
            models.Index(
                F("account"), F("id").desc(), condition=~Q(account=""), name="activation_of_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.get_priority_class_display()}"


class Event(models.Model):
    """One signal's part in one activation. Insert-only; the pair is unique."""

    pk = models.CompositePrimaryKey("activation_id", "signal_id", "at")
    activation = models.ForeignKey(Activation, models.DO_NOTHING, db_constraint=False, related_name="events")
    signal_id = models.BigIntegerField()
    at = models.DateTimeField(_("received"))
    part = models.CharField(max_length=10, choices=[(part.value, part.value) for part in Part])

    class Meta:
        managed = False
        db_table = "alarms_event"


class Decision(models.Model):
    """One act of a person on one activation. Insert-only.

    ``seq`` orders the decisions of an activation; ``from_state`` and ``to_state`` are rows of the lifecycle.
    """

    id = models.BigIntegerField(primary_key=True)
    activation = models.ForeignKey(
        Activation, models.DO_NOTHING, db_constraint=False, related_name="decisions"
    )
    at = models.DateTimeField(_("at"))
    act = models.CharField(_("act"), max_length=12, choices=Act)
    by = models.ForeignKey(
        "identity.Account",
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    by_name = models.CharField(_("by"), max_length=60)
    from_state = models.CharField(max_length=12, choices=State)
    to_state = models.CharField(max_length=12, choices=State)
    text = models.TextField(_("text"), blank=True)
    step = models.CharField(_("step"), max_length=20, blank=True)
    contact_id = models.BigIntegerField(null=True)
    contact_name = models.CharField(_("contact"), max_length=100, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=CallOutcome, blank=True)
    result = models.CharField(_("result"), max_length=14, choices=Result, blank=True)
    cause = models.CharField(_("cause"), max_length=14, choices=Cause, blank=True)
    former_owner_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "alarms_decision"
        ordering = ["id"]


class IdempotencyKey(models.Model):
    """A write asked for by its key: asked again, it answers with what it did the first time."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    request = models.CharField(max_length=64)
    decision_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="alarms_key_once")]
        indexes = [models.Index(fields=["at"], name="alarms_key_age")]


class Shift(models.Model):
    """One person at one console, from the click that starts the shift to its end.

    ``seen_at`` and ``sound`` are what the console last said of itself; a console that says nothing is shown
    red to the supervisor, whatever it said last.
    """

    class Sound(models.TextChoices):
        """Whether the console can be heard."""

        ON = "on", _("Sound on")
        MUTED = "muted", _("Muted (hold-up, fire and help calls still sound)")
        BLOCKED = "blocked", _("Silent: the browser blocks sound")

    class Link(models.TextChoices):
        """Whether live messages reach the console."""

        LIVE = "live", _("Live")
        STALE = "stale", _("Behind")
        LOST = "lost", _("Disconnected")

    account = models.ForeignKey(
        "identity.Account", models.PROTECT, related_name="shifts", verbose_name=_("operator")
    )
    console = models.CharField(_("console"), max_length=40)
    started_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    seen_at = models.DateTimeField(_("last seen"))
    sound = models.CharField(_("sound"), max_length=8, choices=Sound, default=Sound.ON)
    link = models.CharField(_("link"), max_length=6, choices=Link, default=Link.LIVE)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="shift_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="shift_ends_after_start",
            ),
        ]


class Cursor(models.Model):
    """How far the engine has read the stream of signals; one row per reader.

    ``done`` is a snapshot of the database: every signal visible in it has been dealt with. ``target`` is the
    snapshot being worked on now, read up to (``xid``, ``signal``); empty when there is none. ``cluster``
    names the database cluster in which these transaction ids mean anything, ``floor`` is the last signal that
    came from another one (a restored dump).
    """

    reader = models.CharField(primary_key=True, max_length=20)
    cluster = models.CharField(max_length=24)
    floor = models.BigIntegerField(default=0)
    done = models.TextField()
    target = models.TextField(blank=True)
    xid = models.TextField(default="0")
    signal = models.BigIntegerField(default=0)
    processed = models.BigIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
