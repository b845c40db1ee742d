"""GB/T 28181 identifiers, read digit by digit (annex on unified coding; rule A of 20 digits).

====== =========================== ==========================================
digits field                       table
====== =========================== ==========================================
1–2    province                    GB/T 2260
3–4    city                        GB/T 2260
5–6    county                      GB/T 2260
7–8    local access unit           given by the county
9–10   industry                    ``INDUSTRIES`` (changed in 2022)
11–13  type                        ``TYPES`` (changed a little in 2022)
14     network                     ``NETWORKS`` (changed in 2022)
15–20  serial number               given by the operator
====== =========================== ==========================================

A node of the directory tree that is only a region has 2, 4, 6 or 8 digits. Because the tables changed their
meaning between editions, every identifier is kept with its edition.

``parse`` refuses what is no identifier at all; ``doubts`` lists what is one but says something odd (a code
the edition reserves, a type that does not suit): makers ship such devices, and they must be registered.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from jifang.kernel import gb28181_codes as codes
from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.kernel.gb28181_codes import Edition, Label
from jifang.kernel.regions import PROVINCES

LENGTH = 20
RULE_B_LENGTH = 18
REGION_LENGTHS = (2, 4, 6, 8)


class Field(StrEnum):
    """The fields of an identifier, in order."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    UNIT = "unit"
    INDUSTRY = "industry"
    TYPE = "type"
    NETWORK = "network"
    SERIAL = "serial"


_SPANS: dict[Field, tuple[int, int]] = {
    Field.PROVINCE: (0, 2),
    Field.CITY: (2, 4),
    Field.COUNTY: (4, 6),
    Field.UNIT: (6, 8),
    Field.INDUSTRY: (8, 10),
    Field.TYPE: (10, 13),
    Field.NETWORK: (13, 14),
    Field.SERIAL: (14, 20),
}
FIELD_NAMES: dict[Field, Label] = {
    Field.PROVINCE: Label("省级编号", "province"),
    Field.CITY: Label("市级编号", "city"),
    Field.COUNTY: Label("区级编号", "county"),
    Field.UNIT: Label("基层接入单位编号", "local access unit"),
    Field.INDUSTRY: Label("行业编码", "industry"),
    Field.TYPE: Label("类型编码", "type"),
    Field.NETWORK: Label("网络标识编码", "network"),
    Field.SERIAL: Label("设备、用户序号", "serial number"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One field of an identifier explained. ``known`` is False where the edition's tables say nothing."""

    field: Field
    first: int
    last: int
    digits: str
    name: Label
    meaning: Label
    known: bool

    @property
    def positions(self) -> str:
        """The digits it takes, counted from 1: ``"11–13"``."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class Gb28181Id:
    """An identifier with its edition: 20 digits, or 2, 4, 6 or 8 for a region node."""

    text: str
    edition: Edition

    def __str__(self) -> str:
        return self.text

    @property
    def is_region(self) -> bool:
        return len(self.text) != LENGTH

    def digits(self, field: Field) -> str:
        """The digits of a field; empty where a region node does not reach."""
        first, last = _SPANS[field]
        return self.text[first:last]

    @property
    def region_code(self) -> str:
        """GB/T 2260 code of six digits, zeros below what the identifier names."""
        return self.text[:6].ljust(6, "0")

    @property
    def type_code(self) -> str:
        return self.digits(Field.TYPE)

    def parts(self, region_names: Mapping[str, str] | None = None) -> tuple[Part, ...]:
        """Every field explained in Chinese and English.

        ``region_names``: names by six-digit GB/T 2260 code for cities and counties; provinces are built in.
        """
        return tuple(self._part(field, region_names or {}) for field in Field if self.digits(field))

    def _part(self, field: Field, region_names: Mapping[str, str]) -> Part:
        first, last = _SPANS[field]
        digits = self.digits(field)
        meaning = _meaning(self, field, digits, region_names)
        return Part(
            field,
            first + 1,
            last,
            digits,
            FIELD_NAMES[field],
            meaning or codes.UNDEFINED,
            meaning is not None,
        )

    def doubts(self, types: Collection[str] = ()) -> tuple[BadInputError, ...]:
        """What is odd about a well-formed identifier, each with position, value and remedy.

        ``types``: the type codes that suit the thing it names (``{"131", "132"}`` for a camera); empty: any.
        """
        if self.is_region:
            return ()
        found = [
            self._doubt(
                field,
                gettext_noop(
                    "“%(value)s”: %(digits)s (digits %(position)s) is not assigned by GB/T 28181-%(edition)s."
                ),
                gettext_noop(
                    "Check the digits and the edition; keep the identifier if the device has it so."
                ),
            )
            for field in (Field.INDUSTRY, Field.TYPE, Field.NETWORK)
            if self._part(field, {}).meaning == codes.RESERVED
        ]
        if types and self.type_code not in types:
            found.append(
                self._doubt(
                    Field.TYPE,
                    gettext_noop(
                        "“%(value)s”: type %(digits)s (digits %(position)s) is none of %(expected)s."
                    ),
                    gettext_noop("Check that the identifier belongs to this kind of device."),
                    expected=", ".join(sorted(types)),
                )
            )
        if self.digits(Field.SERIAL) == "000000" and self.type_code not in codes.PLATFORM_TYPES:
            found.append(
                self._doubt(
                    Field.SERIAL,
                    gettext_noop("“%(value)s”: the serial number (digits %(position)s) is 000000."),
                    gettext_noop("Give the device a serial number that is unique in its access unit."),
                )
            )
        return tuple(found)

    def _doubt(self, field: Field, problem: str, remedy: str, **params: object) -> BadInputError:
        part = self._part(field, {})
        return BadInputError(
            field.value,
            self.text,
            problem,
            remedy,
            digits=part.digits,
            position=part.positions,
            edition=self.edition.value,
            **params,
        )


def parse(text: str, edition: Edition, field: str = "gb28181_id") -> Gb28181Id:
    """Read an identifier. Raises ``BadInputError`` naming position, value and remedy.

    Refused: other characters than digits, another length, a province that does not exist, a county without a
    city, a type below 111 (digits 11–13).
    """
    for position, character in enumerate(text, start=1):
        if not ("0" <= character <= "9"):
            raise BadInputError(
                field,
                text,
                gettext_noop("“%(value)s”: character %(position)d is “%(character)s”, not a digit."),
                gettext_noop("Use the digits 0 to 9 only, without spaces or hyphens."),
                position=position,
                character=character if character.isprintable() else repr(character),
            )
    if len(text) == RULE_B_LENGTH:
        raise BadInputError(
            field,
            text,
            gettext_noop("“%(value)s” has 18 digits: the old coding rule B."),
            gettext_noop("Ask for the device's code of 20 digits (rule A), or build one from its fields."),
        )
    if len(text) != LENGTH and len(text) not in REGION_LENGTHS:
        raise BadInputError(
            field,
            text,
            gettext_noop("“%(value)s” has %(length)d digits."),
            gettext_noop("A device has 20 digits; a region node of the directory has 2, 4, 6 or 8."),
            length=len(text),
        )
    if text[:2] not in PROVINCES:
        raise BadInputError(
            field,
            text,
            gettext_noop("“%(value)s”: no province has the digits %(digits)s (digits 1–2)."),
            gettext_noop("Digits 1–6 are the region by GB/T 2260: take them from the region of the site."),
            digits=text[:2],
        )
    if text[2:4] == "00" and text[4:6] not in ("", "00"):
        raise BadInputError(
            field,
            text,
            gettext_noop(
                "“%(value)s” names county %(digits)s (digits 5–6) without a city (digits 3–4 are 00)."
            ),
            gettext_noop("Digits 1–6 are the region by GB/T 2260: take them from the region of the site."),
            digits=text[4:6],
        )
    if len(text) == LENGTH and text[10:13] < "111":
        raise BadInputError(
            field,
            text,
            gettext_noop("“%(value)s”: type %(digits)s (digits 11–13) does not exist; types begin at 111."),
            gettext_noop(
                "Use 131 or 132 for a camera, 118 for a recorder, 117 for an alarm panel, 200 for a server."
            ),
            digits=text[10:13],
        )
    return Gb28181Id(text, edition)


def build(
    *,
    region: str,
    unit: str = "00",
    industry: str,
    type_code: str,
    network: str,
    serial: int | str,
    edition: Edition,
) -> Gb28181Id:
    """Put an identifier together from its fields; each must be digits of its own length.

    ``region``: six digits of GB/T 2260; ``serial``: a number, padded to six digits, or the six digits.
    Raises ``BadInputError`` naming the field.
    """
    serial_text = f"{serial:06d}" if isinstance(serial, int) else serial
    given = {
        "region": (region, 6),
        "unit": (unit, 2),
        "industry": (industry, 2),
        "type_code": (type_code, 3),
        "network": (network, 1),
        "serial": (serial_text, 6),
    }
    for name, (digits, length) in given.items():
        if len(digits) != length or not re.fullmatch("[0-9]+", digits):
            raise BadInputError(
                name,
                digits,
                gettext_noop("“%(value)s” does not fit: this field takes %(length)d digits."),
                gettext_noop("Pad with zeros on the left, or shorten it."),
                length=length,
            )
    return parse("".join(digits for digits, _ in given.values()), edition)


def _meaning(gb_id: Gb28181Id, field: Field, digits: str, region_names: Mapping[str, str]) -> Label | None:
    if field is Field.PROVINCE:
        return Label(*PROVINCES[digits])
    if field in (Field.CITY, Field.COUNTY):
        if digits == "00":
            return codes.NOT_NAMED
        name = region_names.get(gb_id.text[: _SPANS[field][1]].ljust(6, "0"))
        return Label(name, name) if name else None
    if field is Field.UNIT:
        return codes.NOT_NAMED if digits == "00" else Label(f"{digits} 号接入单位", f"access unit {digits}")
    if field is Field.INDUSTRY:
        return codes.industry(digits, gb_id.edition)
    if field is Field.TYPE:
        return codes.device_type(digits, gb_id.edition)
    if field is Field.NETWORK:
        return codes.network(digits, gb_id.edition)
    return Label(f"序号 {int(digits)}", f"number {int(digits)}")
