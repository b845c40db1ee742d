"""Imports and exports: what was asked, how far it is, and the result that waits for its owner."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a transfer stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    CHECKED = "checked", _("Checked")
    FAULTY = "faulty", _("Has errors")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (State.WAITING, State.RUNNING)


class Transfer(models.Model):
    """What an import and an export have in common. ``done`` of ``total`` rows; ``total`` 0: not known yet."""

    owner = models.ForeignKey("identity.Account", models.CASCADE, related_name="+")
    resource = models.CharField(_("list"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    cancel_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    second_factor = models.BooleanField(default=False)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN_STATES


class ImportJob(Transfer):
    """A file to be taken in: checked first, then committed as a whole or not at all.

    ``errors`` is a list of ``{"row", "field", "text"}``; ``preview`` a list of ``{"row", "act", "name",
    "changes"}``. The file stays until it was taken in or dropped.
    """

    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    commit = models.BooleanField(default=False)
    encoding = models.CharField(max_length=20, blank=True)
    created_rows = models.PositiveIntegerField(default=0)
    changed_rows = models.PositiveIntegerField(default=0)
    unchanged_rows = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    error_count = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=list)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="importjob_by_owner")]

    def __str__(self) -> str:
        return self.file_name


class ExportJob(Transfer):
    """A list taken out of the system: who, which rows, which columns, when. The row is the record of it."""

    class Format(models.TextChoices):
        """The format of the file."""

        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    format = models.CharField(_("format"), max_length=4, choices=Format)
    query = models.TextField(_("query"), blank=True)
    language = models.CharField(max_length=10, default="zh-hans")

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="exportjob_by_owner"),
            models.Index(fields=["finished_at"], condition=Q(state=State.DONE), name="exportjob_to_clear"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}.{self.format}"


class ExportPart(models.Model):
    """A piece of the result, about a megabyte, so that neither side holds the whole in memory."""

    job = models.ForeignKey(ExportJob, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of an export")
        verbose_name_plural = _("parts of an export")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="exportpart_number_once")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"
