"""What the classes of a site mean, in one sentence each: read on its page by somebody who does not know it.

An explanation, not a verdict: whether a duty is met is for the rules of the compliance room to say.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jifang.registry.models import Site
from jifang.registry.models.choices import Order799Class


@dataclass(frozen=True, slots=True)
class Duty:
    """One consequence. ``known`` is False where a class is not decided yet."""

    article: str | Promise
    text: str | Promise
    known: bool = True


_FULL = {
    Order799Class.GOVERNMENT,
    Order799Class.GATHERING,
    Order799Class.STATION,
    Order799Class.VEHICLE,
    Order799Class.SERVICE_AREA,
}


def duties_of(site: Site) -> list[Duty]:
    """Return what binds the site according to the classes it has, unknown ones named as unknown."""
    return [*_order799(site), *_guangdong(site), *_others(site)]


def _order799(site: Site) -> list[Duty]:
    article = _("Order 799")
    if not site.order799_class:
        return [
            Duty(
                article,
                _("Class not decided: which duties of Order 799 bind the place is unknown."),
                known=False,
            )
        ]
    if site.order799_class in _FULL:
        return [
            Duty(_("Order 799 art. 13"), _("Conspicuous signs, reasonable position, angle and range.")),
            Duty(_("Order 799 art. 14"), _("Filed with the county police within 30 days from first use.")),
            Duty(_("Order 799 art. 16"), _("Every look at and copy of pictures is registered.")),
            Duty(_("Order 799 art. 17"), _("Pictures stay at least 30 days.")),
        ]
    if site.order799_class == Order799Class.OTHER_PUBLIC:
        return [
            Duty(
                _("Order 799 art. 9"),
                _("Only where public security needs it; free of filing (art. 14) and storage (art. 17)."),
            ),
            Duty(_("Order 799 art. 13"), _("Conspicuous signs, reasonable position, angle and range.")),
        ]
    return [Duty(_("Order 799 art. 33"), _("Not public: no harm, no unlawful passing on of pictures."))]


def _guangdong(site: Site) -> list[Duty]:
    found: list[Duty] = []
    if site.gd9_item:
        found += [
            Duty(_("Guangdong art. 9"), _("Key unit: must have a system and keep it running.")),
            Duty(_("Guangdong art. 17 to 19"), _("Design approved, tested and accepted before use.")),
            Duty(_("Guangdong art. 20"), _("Records stay at least 30 days.")),
        ]
    if site.sjz6_item:
        found.append(
            Duty(_("Shijiazhuang art. 6 and 10"), _("Must have a system; no use before acceptance."))
        )
    return found


def _others(site: Site) -> list[Duty]:
    found: list[Duty] = []
    if site.counter_terror_target is None:
        found.append(
            Duty(
                _("Counter-terrorism law art. 32"),
                _("Not decided whether it is a key target: 30 or 90 days of storage."),
                known=False,
            )
        )
    elif site.counter_terror_target:
        found.append(
            Duty(_("Counter-terrorism law art. 32"), _("Key target: pictures stay at least 90 days."))
        )
    if site.key_unit_class:
        found.append(
            Duty(
                _("Order 421 art. 6 and 15"), _("Security body filed with the police, incident plan, drills.")
            )
        )
    if site.secrecy_neighbour and not site.secrecy_consent_ref:
        found.append(
            Duty(
                _("Order 799 art. 10"),
                _("Near a secret-bearing unit, and no consent is entered: consent unknown."),
                known=False,
            )
        )
    elif site.secrecy_neighbour:
        found.append(Duty(_("Order 799 art. 10"), _("Near a secret-bearing unit; its consent is entered.")))
    return found


def unknown_classes(site: Site) -> list[Any]:
    """Names of the classes that nobody has decided yet."""
    fields = ("order799_class", "gd9_item", "counter_terror_target", "secrecy_neighbour", "risk_level")
    return [Site._meta.get_field(name).verbose_name for name in fields if getattr(site, name) in (None, "")]  # type: ignore[union-attr]
