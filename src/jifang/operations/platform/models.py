"""Shape of what the platform knows about itself. All times UTC."""

from django.db import models
from django.db.models import F, Q


class Process(models.Model):
    """One process of the installation, as its own heartbeat and its supervisor describe it."""

    class State(models.TextChoices):
        RUNNING = "running"
        ENDED = "ended"  # it, or its supervisor, was told to stop
        DIED = "died"  # it ended by itself; the supervisor starts it again

    node = models.CharField(max_length=255)
    name = models.CharField(max_length=64)
    pid = models.IntegerField()
    state = models.CharField(max_length=8, choices=State.choices)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    # Metric families of the process, as `beats.families` writes them; other processes serve them on /metrics.
    metrics = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "name"], name="platform_process_once"),
            models.CheckConstraint(
                condition=Q(state__in=["running", "ended", "died"]), name="platform_process_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}@{self.node}"


class Restart(models.Model):
    """A process ended without being told to, and was started again. Never changed.

    `reason` is its exit status in digits, or the name of the signal that killed it.
    """

    node = models.CharField(max_length=255)
    name = models.CharField(max_length=64)
    at = models.DateTimeField()
    reason = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="platform_restart_at")]

    def __str__(self) -> str:
        return f"{self.name}@{self.node}: {self.reason}"


class Reading(models.Model):
    """The latest value of something the platform measures about its machine."""

    class State(models.TextChoices):
        FINE = "fine"
        BAD = "bad"
        UNKNOWN = "unknown"  # could not be measured; never shown as fine

    node = models.CharField(max_length=255)
    name = models.CharField(max_length=64)
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    state = models.CharField(max_length=8, choices=State.choices)
    detail = models.CharField(max_length=500, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "name"], name="platform_reading_once"),
            models.CheckConstraint(
                condition=Q(state="unknown") | Q(value__isnull=False), name="platform_reading_value"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Fault(models.Model):
    """Something is wrong with the platform from `onset_at` until `cleared_at`; `key` says what and where."""

    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=500, blank=True)
    severity = models.CharField(max_length=8)
    onset_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(cleared_at__isnull=True), name="platform_fault_open_once"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True) | Q(cleared_at__gte=F("onset_at")),
                name="platform_fault_order",
            ),
        ]
        indexes = [models.Index(fields=["-onset_at"], name="platform_fault_onset")]

    def __str__(self) -> str:
        return self.key


class Backup(models.Model):
    """One attempt at a backup. `finished_at` empty and `problem` empty: under way, or killed."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=500, blank=True)
    bytes = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(problem="", bytes__isnull=False) | ~Q(problem=""),
                name="platform_backup_outcome",
            )
        ]
        indexes = [models.Index(fields=["-started_at"], name="platform_backup_started")]

    def __str__(self) -> str:
        return self.file
