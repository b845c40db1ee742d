"""Which columns carry what the law asks, and under which article: shown in forms, guarded in actions."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jifang.registry.models import (
    Contact,
    Device,
    Point,
    PrivatePlace,
    QualityCertificate,
    SecuritySystem,
    Site,
)

ARTICLES: dict[type[models.Model], dict[str, str | Promise]] = {
    Site: {
        "order799_class": _(
            "Order 799 art. 7, 9 and 33: decides which duties bind the place. B is free of art. 11, 14, 15,"
            " 16 para. 2 and 17; C is bound by art. 33 alone."
        ),
        "gd9_item": _("Guangdong art. 9: a place of this kind is a key unit and must have a system."),
        "sjz6_item": _("Shijiazhuang art. 6: a place of this kind must have a system."),
        "key_unit_class": _("Order 421 art. 13: internal-security key units, fixed by the government."),
        "counter_terror_target": _(
            "Counter-terrorism law art. 32 and Guangdong art. 20: pictures are kept at least 90 days."
        ),
        "secrecy_neighbour": _(
            "Order 799 art. 10: near military areas and secret-bearing organs the unit's consent comes first."
        ),
        "secrecy_consent_ref": _("Order 799 art. 10: number of the paper of consent."),
        "secrecy_consent_on": _("Order 799 art. 10: date of the paper of consent."),
        "responsible_party": _(
            "Guangdong art. 9 para. 3: by agreement; otherwise the owner; for state assets the lawful user."
        ),
        "responsible_basis": _(
            "Guangdong art. 9 para. 3: by agreement; otherwise the owner; for state assets the lawful user."
        ),
        "risk_level": _("GB 55029 1.0.3 and 3.1.1: protection fits the risk of the protected object."),
        "region": _("Guangdong art. 29: supervised by the police of the place."),
        "organisation": _("Guangdong art. 9 para. 2: the unit that operates or manages is the key unit."),
    },
    SecuritySystem: {
        "built_by": _("Order 799 art. 7 para. 1 and 2: built by government or by the operating unit."),
        "public_area": _("Guangdong art. 8 and 17: nobody installs in public areas without right."),
        "contractor": _("Guangdong art. 14: only with a licence of sufficient grade."),
        "maintainer": _("Order 799 art. 15 para. 2: an outsourced operation needs a secrecy agreement."),
        "in_use_on": _("Order 799 art. 14: filed within 30 days from first use."),
        "accepted_on": _("Guangdong art. 19: no use before acceptance."),
        "project_class": _("GA/T 75-94 §2.5: first class by first-level risk or from one million yuan."),
        "storage_days": _("Order 799 art. 17, Guangdong art. 20: 30 days, key counter-terror targets 90."),
        "networked_with_police": _("Guangdong art. 11: reserved interface, networked with the police."),
        "standby_hours": _("GB 55029 3.5.1(9): at least eight hours for intrusion alarm systems."),
    },
    Device: {
        "gb28181_id": _("GB/T 28181: twenty digits; the edition decides how they are read."),
        "gb28181_edition": _("GB/T 28181: codes 43 to 55 changed their meaning in 2022."),
        "audio_capable": _("Guangdong art. 10: sound is banned in private places as pictures are."),
        "sign_present": _("Order 799 art. 13, Guangdong art. 7: a conspicuous sign."),
        "certificates": _("Guangdong art. 13: main equipment has proofs of quality."),
        "heading_deg": _("Order 799 art. 13: reasonable position, angle and range of collection."),
        "view_angle_deg": _("Order 799 art. 13: reasonable position, angle and range of collection."),
    },
    Point: {
        "principle": _("GB 55029 3.1.3 to 3.1.5: which kinds of detection a perimeter or entrance needs."),
    },
    PrivatePlace: {
        "kind": _("Order 799 art. 8 and Guangdong art. 10: no cameras, no microphones."),
        "last_checked_on": _("Order 799 art. 8 para. 2: daily management and checks; report at once."),
    },
    QualityCertificate: {
        "kind": _("Guangdong art. 17 item 4: licence, compulsory or voluntary certificate, test report."),
    },
    Contact: {
        "order": _("GB 55029 6.0.3: rules for handling on the spot; who is called first."),
    },
}

CLASSIFYING = frozenset(
    {
        "order799_class",
        "gd9_item",
        "sjz6_item",
        "key_unit_class",
        "counter_terror_target",
        "secrecy_neighbour",
        "secrecy_consent_ref",
        "secrecy_consent_on",
        "responsible_party",
        "responsible_basis",
        "risk_level",
    }
)
"""Columns of a site that only the authority decides."""

REASON_NEEDED: dict[type[models.Model], frozenset[str]] = {
    Site: CLASSIFYING | {"region", "organisation", "in_use_on"},
    SecuritySystem: frozenset(
        {"built_by", "public_area", "in_use_on", "accepted_on", "project_class", "storage_days"}
    ),
    Device: frozenset({"gb28181_id", "gb28181_edition", "audio_capable", "sign_present", "in_use_on"}),
    QualityCertificate: frozenset({"issued_on", "valid_until", "withdrawn_on"}),
}
"""Columns whose change must be explained: a rule may have been judged by the old value."""


def article_of(model: type[models.Model], field: str) -> str | Promise:
    """Return the article behind a column; empty when none is known."""
    return ARTICLES.get(model, {}).get(field, "")
