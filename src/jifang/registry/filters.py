"""Filters of the registry's lists."""

import django_filters
from django.utils.translation import gettext_lazy as _

from jifang.identity.models import Organisation, Region
from jifang.registry.filtering import ChoiceFilter, EntryFilter, KeyFilter, KnownFilter, RegionFilter
from jifang.registry.models import (
    Contact,
    Device,
    FloorPlan,
    Point,
    PrivatePlace,
    Product,
    QualityCertificate,
    SecuritySystem,
    Site,
)
from jifang.registry.models.choices import (
    BuiltBy,
    CertificateKind,
    ContactRole,
    DeviceKind,
    Grade,
    GuangdongItem,
    KeyUnitClass,
    Order799Class,
    PointKind,
    Principle,
    PrivatePlaceKind,
    ShijiazhuangItem,
    Status,
)
from jifang.registry.models.device import Gb28181Edition
from jifang.registry.models.system_kinds import SystemKind


class SiteFilter(EntryFilter):
    """Sites by place, body and class."""

    status = ChoiceFilter(label=_("Status"), choices=Status.choices)
    region = RegionFilter(label=_("Region"), field_name="region")
    order799_class = ChoiceFilter(label=_("Class of Order 799"), choices=Order799Class.choices, unknown=True)
    gd9_item = ChoiceFilter(label=_("Item of Guangdong art. 9"), choices=GuangdongItem.choices, unknown=True)
    sjz6_item = ChoiceFilter(
        label=_("Item of Shijiazhuang art. 6"), choices=ShijiazhuangItem.choices, unknown=True
    )
    key_unit_class = ChoiceFilter(label=_("Key unit class"), choices=KeyUnitClass.choices, unknown=True)
    counter_terror_target = KnownFilter(label=_("Counter-terror key target"))
    secrecy_neighbour = KnownFilter(label=_("Near a secret-bearing unit"))
    risk_level = ChoiceFilter(label=_("Risk level"), choices=Grade.choices, unknown=True)
    organisation = KeyFilter(label=_("Organisation"), field_name="organisation")
    alarm_service = KeyFilter(label=_("Alarm-service operator"), field_name="alarm_service")
    no_position = django_filters.BooleanFilter(
        label=_("Without a position"), field_name="lon", lookup_expr="isnull"
    )

    class Meta:
        model = Site
        fields: list[str] = []


class SystemFilter(EntryFilter):
    """Security systems."""

    status = ChoiceFilter(label=_("Status"), choices=Status.choices)
    kind = ChoiceFilter(label=_("Kind"), choices=SystemKind.choices)
    region = RegionFilter(label=_("Region"), field_name="site__region")
    site = KeyFilter(label=_("Site"), field_name="site", code="code")
    built_by = ChoiceFilter(label=_("Built by"), choices=BuiltBy.choices, unknown=True)
    contractor = KeyFilter(label=_("Contractor"), field_name="contractor")
    public_area = KnownFilter(label=_("Covers a public area"))
    networked_with_police = KnownFilter(label=_("Networked with the police"))
    days_below = django_filters.NumberFilter(
        label=_("Days of storage below"), field_name="storage_days", lookup_expr="lt"
    )

    class Meta:
        model = SecuritySystem
        fields: list[str] = []


class DeviceFilter(EntryFilter):
    """Devices."""

    status = ChoiceFilter(label=_("Status"), choices=Status.choices)
    kind = ChoiceFilter(label=_("Kind"), choices=DeviceKind.choices)
    region = RegionFilter(label=_("Region"), field_name="site__region")
    site = KeyFilter(label=_("Site"), field_name="site", code="code")
    system = KeyFilter(label=_("System"), field_name="system")
    gb28181_edition = ChoiceFilter(label=_("Edition of the ID"), choices=Gb28181Edition.choices, unknown=True)
    audio_capable = KnownFilter(label=_("Can pick up sound"))
    sign_present = KnownFilter(label=_("Sign is present"))

    class Meta:
        model = Device
        fields: list[str] = []


class PointFilter(EntryFilter):
    """Points."""

    status = ChoiceFilter(label=_("Status"), choices=Status.choices)
    kind = ChoiceFilter(label=_("Kind"), choices=PointKind.choices)
    region = RegionFilter(label=_("Region"), field_name="site__region")
    principle = ChoiceFilter(label=_("Detection principle"), choices=Principle.choices, unknown=True)
    site = KeyFilter(label=_("Site"), field_name="site", code="code")
    system = KeyFilter(label=_("System"), field_name="system")
    device = KeyFilter(label=_("Device"), field_name="device")

    class Meta:
        model = Point
        fields: list[str] = []


class PlanFilter(EntryFilter):
    """Floor plans."""

    site = KeyFilter(label=_("Site"), field_name="site", code="code")
    region = RegionFilter(label=_("Region"), field_name="site__region")

    class Meta:
        model = FloorPlan
        fields: list[str] = []


class PrivatePlaceFilter(EntryFilter):
    """Private places."""

    kind = ChoiceFilter(label=_("Kind"), choices=PrivatePlaceKind.choices)
    site = KeyFilter(label=_("Site"), field_name="site", code="code")
    region = RegionFilter(label=_("Region"), field_name="site__region")

    class Meta:
        model = PrivatePlace
        fields: list[str] = []


class ContactFilter(EntryFilter):
    """Contacts."""

    role = ChoiceFilter(label=_("Role"), choices=ContactRole.choices)
    site = KeyFilter(label=_("Site"), field_name="site", code="code")
    region = RegionFilter(label=_("Region"), field_name="site__region")

    class Meta:
        model = Contact
        fields: list[str] = []


class ProductFilter(EntryFilter):
    """Products."""

    kind = ChoiceFilter(label=_("Kind"), choices=DeviceKind.choices, unknown=True)

    class Meta:
        model = Product
        fields: list[str] = []


class CertificateFilter(EntryFilter):
    """Quality certificates."""

    kind = ChoiceFilter(label=_("Kind"), choices=CertificateKind.choices)
    product = KeyFilter(label=_("Product"), field_name="product")
    ends_before = django_filters.DateFilter(
        label=_("Ends before"), field_name="valid_until", lookup_expr="lt"
    )

    class Meta:
        model = QualityCertificate
        fields: list[str] = []


class OrganisationFilter(EntryFilter):
    """Organisations."""

    kind = ChoiceFilter(label=_("Kind"), choices=Organisation.Kind.choices)
    region = RegionFilter(label=_("Region"), field_name="region")

    class Meta:
        model = Organisation
        fields: list[str] = []


class AreaFilter(EntryFilter):
    """Regions."""

    level = ChoiceFilter(label=_("Level"), choices=Region.Level.choices)

    class Meta:
        model = Region
        fields: list[str] = []
