"""Floor plans. The picture lies in the database, so that a backup is whole and no path is served."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifang.registry.models.bases import Entry, with_history


@with_history()
class FloorPlan(Entry):
    """One floor of a site. ``width`` and ``height`` are pixels; ``metres_per_pixel`` may be unknown."""

    site = models.ForeignKey(
        "registry.Site", models.CASCADE, related_name="floor_plans", verbose_name=_("site")
    )
    name = models.CharField(_("name"), max_length=120)
    level = models.SmallIntegerField(_("storey"), default=1)
    width = models.PositiveIntegerField(_("width in pixels"), default=0, editable=False)
    height = models.PositiveIntegerField(_("height in pixels"), default=0, editable=False)
    metres_per_pixel = models.FloatField(
        _("metres per pixel"), null=True, blank=True, validators=[MinValueValidator(0.0001)]
    )
    sha256 = models.CharField(_("SHA-256 of the picture"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("floor plan")
        verbose_name_plural = _("floor plans")
        ordering = ["site_id", "level", "id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="floorplan_name_once"),
            models.CheckConstraint(
                condition=Q(metres_per_pixel__isnull=True) | Q(metres_per_pixel__gt=0),
                name="floorplan_scale_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FloorPlanPicture(models.Model):
    """The bytes of a plan, apart from the row that lists read. PNG, JPEG or WebP, checked by their header."""

    floor_plan = models.OneToOneField(FloorPlan, models.CASCADE, primary_key=True, related_name="picture")
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("picture of a floor plan")
        verbose_name_plural = _("pictures of floor plans")

    def __str__(self) -> str:
        return f"{self.floor_plan_id} {self.media_type}"
