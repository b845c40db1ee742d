"""Regions and organisations: the two trees that every right is bound to."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifang.identity.history import tracked


@tracked()
class Region(models.Model):
    """A node of the GB/T 2260 tree: province, city, county, and the police-station areas below it.

    ``path`` is the materialised path of codes, ``/13/1301/130102/130102001000/``: a subtree is a prefix.
    """

    class Level(models.TextChoices):
        """How deep the node lies."""

        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        COUNTY = "county", _("County or district")
        STATION = "station", _("Police-station area")

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(_("path"), max_length=100, unique=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        indexes = [models.Index(fields=["path"], name="region_path_like", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(path__startswith="/", path__endswith="/"), name="region_path_form"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="region_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Organisation(models.Model):
    """Any body the law speaks of: authority, key unit, contractor, testing body, alarm service, association.

    ``path`` is the materialised path of ids, ``/3/17/``: a subtree is a prefix.
    """

    class Kind(models.TextChoices):
        """The part a body plays (Guangdong 2017 art. 4, 9, 13, 14; Order 799 art. 5, 6)."""

        AUTHORITY = "authority", _("Authority")
        KEY_UNIT = "key_unit", _("Key unit")
        UNIT = "unit", _("Other unit")
        CONTRACTOR = "contractor", _("Contractor")
        TESTING_BODY = "testing_body", _("Testing body")
        ALARM_SERVICE = "alarm_service", _("Alarm-service operator")
        ASSOCIATION = "association", _("Association")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="organisations", verbose_name=_("region"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(_("path"), max_length=200, unique=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        indexes = [
            models.Index(fields=["path"], name="organisation_path_like", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["kind", "name"], name="organisation_kind_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="organisation_uscc_once"),
            models.CheckConstraint(
                condition=Q(path__startswith="/", path__endswith="/"), name="organisation_path_form"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name
