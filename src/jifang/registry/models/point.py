"""A point: the smallest thing on a plan that can raise an event. A panel's zone, a door, a camera's view."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifang.registry.models.bases import LivedEntry, OnPlan, Positioned, with_history
from jifang.registry.models.choices import PointKind, Principle


@with_history()
class Point(LivedEntry, Positioned, OnPlan):
    """A zone, output, door, reader, camera view … of a device.

    ``number`` is the number the device itself sends (zone 12 of a panel), ``area`` its partition. Within one
    device a kind, area and number name one point: an alarm must never be shown on the wrong door.
    """

    site = models.ForeignKey(
        "registry.Site", models.PROTECT, db_index=False, related_name="points", verbose_name=_("site")
    )
    system = models.ForeignKey(
        "registry.SecuritySystem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="points",
        verbose_name=_("system"),
    )
    device = models.ForeignKey(
        "registry.Device",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="points",
        verbose_name=_("device"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=PointKind)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    area = models.PositiveIntegerField(_("area (partition)"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    principle = models.CharField(_("detection principle"), max_length=20, choices=Principle, blank=True)
    always_armed = models.BooleanField(_("armed around the clock"), default=False)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["site_id", "kind", "area", "number", "id"]
        indexes = [
            models.Index(fields=["site", "kind", "area", "number", "id"], name="point_by_site"),
            models.Index(fields=["kind", "site", "area", "number", "id"], name="point_by_kind"),
            models.Index(
                fields=["principle", "site", "kind", "area", "number", "id"], name="point_by_principle"
            ),
            models.Index(
                fields=["status", "site", "kind", "area", "number", "id"],
                name="point_by_status",
                condition=~Q(status="in_use"),
            ),
        ]
        constraints = [
            *LivedEntry.Meta.constraints,
            *Positioned.Meta.constraints,
            *OnPlan.Meta.constraints,
            models.UniqueConstraint(
                fields=["device", "kind", "area", "number"],
                condition=Q(device__isnull=False, number__isnull=False),
                nulls_distinct=False,
                name="point_number_once_per_device",
                violation_error_message=_("This device already has a point of that kind, area and number."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=PointKind.ZONE) | Q(number__isnull=False),
                name="point_zone_has_number",
                violation_error_message=_("A zone has a number: the one its panel sends."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
