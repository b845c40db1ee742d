"""Forms of the registry: what belongs together is checked here, with the field and the remedy named."""

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifang.kernel import gb28181_id
from jifang.kernel.errors import BadInputError
from jifang.kernel.gb28181_codes import Edition
from jifang.kernel.geo import System, parse_position
from jifang.registry.law import article_of
from jifang.registry.models import (
    CallList,
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
from jifang.registry.models.choices import Datum
from jifang.registry.pictures import read_header
from jifang.web.generic.forms import EntryForm, KnownField
from jifang.web.registry import lookups
from jifang.web.registry.hours import HoursField


class DateInput(forms.DateInput):
    """A date by the browser's own picker, in ISO."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def _dates(*names: str) -> dict[str, forms.Widget]:
    return {name: DateInput() for name in names}


class PositionedForm(EntryForm):
    """A form with a position: degrees, or the text that a map or a survey gave, in its own system."""

    raw_position = forms.CharField(
        label=gettext_lazy("Position as given"),
        required=False,
        max_length=80,
        help_text=gettext_lazy(
            "“113.2644, 23.1291” or degrees, minutes, seconds; fills in the degrees below."
        ),
    )
    raw_datum = forms.ChoiceField(
        label=gettext_lazy("Coordinate system as given"),
        required=False,
        choices=[("", "—"), *Datum.choices],
        help_text=gettext_lazy("Maps of China give GCJ-02: taken as WGS-84 it lies some 350 m beside."),
    )

    def clean(self) -> dict[str, Any]:
        """Convert the given position into WGS-84 degrees."""
        cleaned = super().clean() or self.cleaned_data
        raw, datum = cleaned.get("raw_position"), cleaned.get("raw_datum")
        if raw and not datum:
            self.add_error("raw_datum", _("Say in which coordinate system the position was given."))
        elif raw and {"raw_position", "raw_datum"} & set(self.changed_data):
            try:
                position = parse_position(raw, System(str(datum)), field="raw_position")
            except BadInputError as error:
                self.bad(error)
            else:
                cleaned["lon"], cleaned["lat"] = position.wgs84.lon, position.wgs84.lat
                self._place(position.wgs84.lon, position.wgs84.lat)
        if {"lon", "lat"} <= set(self.fields) and (cleaned.get("lon") is None) != (
            cleaned.get("lat") is None
        ):
            self.add_error("lat", _("Give longitude and latitude, or neither."))
        return cleaned

    def _place(self, lon: float, lat: float) -> None:
        if "lon" not in self.fields:
            self.fields["lon"] = forms.FloatField(required=False)
            self.fields["lat"] = forms.FloatField(required=False)
        self.cleaned_data["lon"], self.cleaned_data["lat"] = lon, lat


class SiteForm(PositionedForm):
    """A site."""

    articles = staticmethod(partial(article_of, Site))
    organisation = lookups.organisation(gettext_lazy("Organisation"), required=True)()
    region = lookups.region()
    alarm_service = lookups.organisation(gettext_lazy("Alarm-service operator"), kind="alarm_service")()
    responsible_party = lookups.organisation(gettext_lazy("Responsible party"))()
    counter_terror_target = KnownField(label=gettext_lazy("Counter-terror key target"), required=False)
    secrecy_neighbour = KnownField(label=gettext_lazy("Near a secret-bearing unit"), required=False)

    class Meta:
        model = Site
        fields = (
            "code", "name", "name_en", "organisation", "region", "alarm_service", "address", "time_zone",
            "in_use_on", "raw_position", "raw_datum", "lon", "lat",
            "order799_class", "gd9_item", "sjz6_item", "key_unit_class", "counter_terror_target",
            "risk_level",
            "secrecy_neighbour", "secrecy_consent_ref", "secrecy_consent_on",
            "responsible_party", "responsible_basis", "remarks",
        )  # fmt: skip
        widgets = {**_dates("in_use_on", "secrecy_consent_on"), "remarks": forms.Textarea(attrs={"rows": 3})}

    def clean_code(self) -> str:
        """Codes are upper case and hold no spaces."""
        code = str(self.cleaned_data["code"]).strip().upper()
        if any(character.isspace() for character in code):
            raise forms.ValidationError(
                _("“%(value)s” contains a space. Leave it out."), params={"value": code}
            )
        return code


class SystemForm(EntryForm):
    """A security system."""

    articles = staticmethod(partial(article_of, SecuritySystem))
    site = lookups.site()
    parent = lookups.PARENT_SYSTEM()
    contractor = lookups.organisation(gettext_lazy("Contractor"), kind="contractor")()
    maintainer = lookups.organisation(gettext_lazy("Maintained by"))()
    public_area = KnownField(label=gettext_lazy("Covers a public area"), required=False)
    networked_with_police = KnownField(label=gettext_lazy("Networked with the police"), required=False)

    class Meta:
        model = SecuritySystem
        fields = (
            "site", "kind", "name", "parent", "built_by", "public_area", "contractor", "maintainer",
            "in_use_on", "accepted_on", "project_class", "storage_days", "networked_with_police",
            "standby_hours", "remarks",
        )  # fmt: skip
        widgets = {**_dates("in_use_on", "accepted_on"), "remarks": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """A part belongs to a system of the same site, and not to itself."""
        cleaned = super().clean() or self.cleaned_data
        _within_site(self, "parent", SecuritySystem)
        if cleaned.get("parent") and cleaned["parent"].pk == self.instance.pk:
            self.add_error("parent", _("A system is not a part of itself."))
        return cleaned


class DeviceForm(PositionedForm):
    """A device."""

    articles = staticmethod(partial(article_of, Device))
    site = lookups.site()
    system = lookups.SYSTEM()
    parent = lookups.PARENT_DEVICE()
    product = lookups.product()()
    certificates = lookups.certificates()
    floor_plan = lookups.FLOOR_PLAN()
    audio_capable = KnownField(label=gettext_lazy("Can pick up sound"), required=False)
    sign_present = KnownField(label=gettext_lazy("Sign is present"), required=False)

    class Meta:
        model = Device
        fields = (
            "site", "system", "parent", "kind", "name", "gb28181_id", "gb28181_edition",
            "product", "certificates", "vendor", "model", "serial", "firmware", "in_use_on",
            "heading_deg", "view_angle_deg", "range_m", "height_m", "audio_capable", "sign_present",
            "raw_position", "raw_datum", "lon", "lat", "floor_plan", "plan_x", "plan_y", "remarks",
        )  # fmt: skip
        widgets = {**_dates("in_use_on"), "remarks": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """System, plan and what it hangs on are of the same site; the ID is one, of a known edition."""
        cleaned = super().clean()
        _within_site(self, "system", SecuritySystem)
        _within_site(self, "parent", Device)
        _within_site(self, "floor_plan", FloorPlan)
        if cleaned.get("parent") and cleaned["parent"].pk == self.instance.pk:
            self.add_error("parent", _("A device does not hang on itself."))
        number = cleaned.get("gb28181_id")
        edition = self.value_of("gb28181_edition")
        if number and not edition:
            self.add_error("gb28181_edition", _("Say by which edition the ID is read."))
        elif number:
            try:
                cleaned["gb28181_id"] = str(gb28181_id.parse(number, Edition(edition), "gb28181_id"))
            except BadInputError as error:
                self.bad(error, "gb28181_id")
        elif "gb28181_id" in self.fields and cleaned.get("gb28181_edition"):
            cleaned["gb28181_edition"] = ""
        return cleaned


class PointForm(PositionedForm):
    """A point."""

    articles = staticmethod(partial(article_of, Point))
    site = lookups.site()
    system = lookups.SYSTEM()
    device = lookups.DEVICE()
    floor_plan = lookups.FLOOR_PLAN()

    class Meta:
        model = Point
        fields = (
            "site", "system", "device", "kind", "number", "area", "name", "principle", "always_armed",
            "in_use_on", "raw_position", "raw_datum", "lon", "lat", "floor_plan", "plan_x", "plan_y",
            "remarks",
        )  # fmt: skip
        widgets = {**_dates("in_use_on"), "remarks": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        """System, device and plan are of the same site."""
        cleaned = super().clean()
        _within_site(self, "system", SecuritySystem)
        _within_site(self, "device", Device)
        _within_site(self, "floor_plan", FloorPlan)
        return cleaned


class PlanForm(EntryForm):
    """A floor plan with its picture."""

    site = lookups.site()
    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 8 MB."),
    )

    class Meta:
        model = FloorPlan
        fields = ("site", "name", "level", "metres_per_pixel", "picture")

    def clean_picture(self) -> bytes | None:
        """Read the picture and its header."""
        given = self.cleaned_data.get("picture")
        if not given:
            return None
        content: bytes = given.read()
        try:
            read_header(content)
        except BadInputError as error:
            raise forms.ValidationError(error.text(_)) from None
        return content


class PrivatePlaceForm(EntryForm):
    """A place where cameras and microphones are banned."""

    articles = staticmethod(partial(article_of, PrivatePlace))
    site = lookups.site()
    floor_plan = lookups.FLOOR_PLAN()

    class Meta:
        model = PrivatePlace
        fields = ("site", "kind", "name", "floor_plan", "last_checked_on")
        widgets = _dates("last_checked_on")

    def clean(self) -> dict[str, Any]:
        """The plan is of the same site."""
        cleaned = super().clean() or self.cleaned_data
        _within_site(self, "floor_plan", FloorPlan)
        return cleaned


class ContactForm(EntryForm):
    """A contact. The pass-phrase is written here and never shown here."""

    articles = staticmethod(partial(article_of, Contact))
    site = lookups.site()
    hours = HoursField(label=gettext_lazy("Hours"))
    new_pass_phrase = forms.CharField(
        label=gettext_lazy("New pass-phrase"),
        required=False,
        max_length=80,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Sealed when saved. Leave empty to keep the present one."),
    )

    class Meta:
        model = Contact
        fields = (
            "site", "name", "role", "phone", "second_phone", "order", "hours", "holds_keys",
            "valid_from", "valid_until", "new_pass_phrase", "remarks",
        )  # fmt: skip
        widgets = _dates("valid_from", "valid_until")


class CallListForm(EntryForm):
    """A call list; the calls themselves are put in order on its page."""

    site = lookups.site()

    class Meta:
        model = CallList
        fields = ("site", "purpose", "instructions")
        widgets = {"instructions": forms.Textarea(attrs={"rows": 3})}


class ProductForm(EntryForm):
    """A product."""

    class Meta:
        model = Product
        fields = ("vendor", "model", "name", "kind", "catalogue_number", "remarks")
        widgets = {"remarks": forms.Textarea(attrs={"rows": 3})}


class CertificateForm(EntryForm):
    """A quality certificate."""

    articles = staticmethod(partial(article_of, QualityCertificate))
    product = lookups.product(required=True)()

    class Meta:
        model = QualityCertificate
        fields = ("product", "kind", "number", "issuer", "issued_on", "valid_until", "withdrawn_on")
        widgets = _dates("issued_on", "valid_until", "withdrawn_on")


def _within_site(form: EntryForm, name: str, model: type[Any]) -> None:
    """Resolve a bare name within the entry's site, and refuse what stands at another one."""
    if name not in form.fields:
        return
    site = form.value_of("site")
    if site is None:
        return
    form.resolve_within(name, model._default_manager.filter(site=site))
    value = form.cleaned_data.get(name)
    if value is not None and not isinstance(value, str) and value.site_id != site.pk:
        form.add_error(
            name,
            _("“%(value)s” stands at another site. Choose one of “%(site)s”.")
            % {"value": value, "site": site},
        )
