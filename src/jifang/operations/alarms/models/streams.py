"""The hot streams, made by raw SQL in ``0002_streams``: partitioned by month, insert-only.

No foreign key points to them.

Readers that must not skip a row advance only below ``pg_snapshot_xmin(pg_current_snapshot())`` on ``xid``.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Signal(models.Model):
    """One event of a received frame, or one transition of supervision (``protocol`` is then ``jifang``).

    A frame with several events is several rows of the same ``connection`` and ``ordinal``; ``raw`` (the bytes
    as they came, line feed and carriage return included) stands on ``event_index`` 0 alone. ``code`` and
    ``scheme`` are the panel's own; ``event_class`` is ours.
    """

    id = models.BigIntegerField(primary_key=True)
    received_at = models.DateTimeField(_("received"))
    listener = models.SmallIntegerField(_("listener"))
    connection = models.BigIntegerField(_("connection"))
    ordinal = models.BigIntegerField(_("order within the connection"))
    event_index = models.SmallIntegerField(_("event within the frame"))
    account_ref = models.ForeignKey(
        "alarms.AlarmAccount",
        models.DO_NOTHING,
        db_column="account_id",
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("alarm account"),
    )
    account = models.TextField(_("account as received"))
    path = models.ForeignKey(
        "alarms.AccountPath",
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("path"),
    )
    site = models.ForeignKey(
        "registry.Site",
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("site"),
    )
    protocol = models.TextField(_("protocol"))
    scheme = models.TextField(_("scheme"))
    code = models.TextField(_("code"))
    qualifier = models.TextField(_("qualifier"))
    area = models.IntegerField(_("area"), null=True)
    zone = models.IntegerField(_("zone"), null=True)
    user_no = models.IntegerField(_("user"), null=True)
    event_class = models.TextField(_("class"))
    sequence = models.IntegerField(_("sequence"))
    occurred_at = models.DateTimeField(_("occurred, by the panel's clock"), null=True)
    text = models.TextField(_("text"), null=True)
    xdata = models.JSONField(_("extended data"), null=True)
    raw = models.BinaryField(_("frame"), null=True)
    encrypted = models.BooleanField(_("encrypted"))
    unregistered = models.BooleanField(_("unregistered"))

    class Meta:
        managed = False
        db_table = "alarm_signal"
        verbose_name = _("signal")
        verbose_name_plural = _("signals")

    def __str__(self) -> str:
        return f"{self.account} {self.qualifier}{self.code}"


class Refusal(models.Model):
    """A frame that was not taken as a signal, with the reason, what was answered and the bytes.

    ``reason`` is one of ``jifang.wire.alarm.Reason``. ``repeats`` counts further frames of the same sender
    and reason that came before and were answered alike but not stored one by one, so that nobody fills the
    disk with rubbish.
    """

    id = models.BigIntegerField(primary_key=True)
    received_at = models.DateTimeField(_("received"))
    listener = models.SmallIntegerField(_("listener"))
    connection = models.BigIntegerField(_("connection"))
    peer = models.TextField(_("sender's address"))
    account_ref = models.ForeignKey(
        "alarms.AlarmAccount",
        models.DO_NOTHING,
        db_column="account_id",
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("alarm account"),
    )
    account = models.TextField(_("account as received"))
    reason = models.TextField(_("reason"))
    detail = models.TextField(_("detail"))
    reply = models.BinaryField(_("answer"))
    raw = models.BinaryField(_("frame"))
    repeats = models.IntegerField(_("repeats"))

    class Meta:
        managed = False
        db_table = "alarm_refusal"
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")

    def __str__(self) -> str:
        return f"{self.peer} {self.reason}"


class PathState(models.Model):
    """Where the supervision of a path stands; written by the gateway alone, a row for every path."""

    class State(models.TextChoices):
        """From ok over late to failed, and back to ok through one ``RESTORED`` signal."""

        WAITING = "waiting", _("Nothing received yet")
        OK = "ok", _("In order")
        LATE = "late", _("Late")
        FAILED = "failed", _("Failed")

    path = models.OneToOneField(
        "alarms.AccountPath",
        models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="supervision",
        verbose_name=_("path"),
    )
    state = models.TextField(_("state"), choices=State)
    since = models.DateTimeField(_("since"))
    last_seen_at = models.DateTimeField(_("last sign of life"), null=True)
    peer = models.TextField(_("last address"))
    encrypted = models.BooleanField(_("encrypted"), null=True)

    class Meta:
        managed = False
        db_table = "alarm_path_state"
        verbose_name = _("state of a path")
        verbose_name_plural = _("states of paths")

    def __str__(self) -> str:
        return f"{self.path_id} {self.state}"


class GatewayState(models.Model):
    """What each gateway process says of itself every few seconds (heartbeat); stale means that it is gone."""

    name = models.TextField(_("name"), primary_key=True)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last heartbeat"))
    pid = models.IntegerField(_("process"))
    listeners = ArrayField(models.SmallIntegerField(), verbose_name=_("listeners"))
    state = models.TextField(_("state"))
    detail = models.TextField(_("detail"))
    figures = models.JSONField(_("figures"))
    supervises = models.BooleanField(_("does the supervision"))
    outage = models.BooleanField(_("mass outage"))

    class Meta:
        managed = False
        db_table = "alarm_gateway_state"
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")

    def __str__(self) -> str:
        return self.name
