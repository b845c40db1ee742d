"""A device: one piece of equipment at a site, with the number the networks know it by."""

from django.contrib.postgres.indexes import OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from jifang.registry.models.bases import LivedEntry, OnPlan, Positioned, with_history
from jifang.registry.models.choices import DeviceKind


class Gb28181Edition(models.TextChoices):
    """The edition by which the twenty digits are read: codes 43 to 55 changed their meaning in 2022."""

    E2011 = "2011", _("GB/T 28181-2011")
    E2016 = "2016", _("GB/T 28181-2016")
    E2022 = "2022", _("GB/T 28181-2022")


@with_history()
class Device(LivedEntry, Positioned, OnPlan):
    """A camera, panel, controller, reader … ``parent`` is what it hangs on, a recorder or a panel."""

    site = models.ForeignKey(
        "registry.Site", models.PROTECT, db_index=False, related_name="devices", verbose_name=_("site")
    )
    system = models.ForeignKey(
        "registry.SecuritySystem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name=_("system"),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("hangs on"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DeviceKind)
    name = models.CharField(_("name"), max_length=200)
    gb28181_id = models.CharField(_("GB/T 28181 ID"), max_length=20, blank=True)
    gb28181_edition = models.CharField(
        _("edition of the ID"), max_length=4, choices=Gb28181Edition, blank=True
    )
    product = models.ForeignKey(
        "registry.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name=_("product"),
    )
    certificates = models.ManyToManyField(
        "registry.QualityCertificate",
        blank=True,
        related_name="devices",
        verbose_name=_("quality certificates"),
    )
    vendor = models.CharField(_("maker"), max_length=120, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    firmware = models.CharField(_("firmware"), max_length=80, blank=True)
    heading_deg = models.FloatField(
        _("direction of view"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(359.999)],
        help_text=_("degrees from north, clockwise"),
    )
    view_angle_deg = models.FloatField(
        _("angle of view"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(360)]
    )
    range_m = models.FloatField(
        _("range in metres"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    height_m = models.FloatField(_("mounting height in metres"), null=True, blank=True)
    audio_capable = models.BooleanField(_("can pick up sound"), null=True, blank=True)
    sign_present = models.BooleanField(_("sign is present"), null=True, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["site_id", "id"]
        indexes = [
            models.Index(fields=["site", "id"], name="device_by_site"),
            models.Index(fields=["kind", "site", "id"], name="device_by_kind"),
            models.Index(fields=["status", "site", "id"], name="device_by_status"),
            models.Index(OpClass(Upper("serial"), "text_pattern_ops"), name="device_serial_prefix"),
            models.Index(OpClass("gb28181_id", "varchar_pattern_ops"), name="device_gb28181_prefix"),
        ]
        constraints = [
            *LivedEntry.Meta.constraints,
            *Positioned.Meta.constraints,
            *OnPlan.Meta.constraints,
            models.UniqueConstraint(
                fields=["gb28181_id"], condition=~Q(gb28181_id=""), name="device_gb28181_once"
            ),
            models.CheckConstraint(
                condition=Q(gb28181_id="", gb28181_edition="")
                | (Q(gb28181_id__regex=r"^[0-9]{20}$") & ~Q(gb28181_edition="")),
                name="device_gb28181_digits",
                violation_error_message=_("A GB/T 28181 ID has twenty digits and names its edition."),
            ),
            models.CheckConstraint(
                condition=Q(heading_deg__isnull=True) | Q(heading_deg__gte=0, heading_deg__lt=360),
                name="device_heading_on_compass",
            ),
            models.CheckConstraint(
                condition=Q(view_angle_deg__isnull=True) | Q(view_angle_deg__gte=0, view_angle_deg__lte=360),
                name="device_view_angle_circle",
            ),
            models.CheckConstraint(
                condition=Q(range_m__isnull=True) | Q(range_m__gte=0), name="device_range_positive"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")), name="device_not_its_own_child"
            ),
        ]

    def __str__(self) -> str:
        return self.name
