"""The editions of GB/T 28181 as they differ on the wire. Each device is spoken to in its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Edition(IntEnum):
    """Editions by year: they compare in order."""

    E2011 = 2011
    E2016 = 2016
    E2022 = 2022


@dataclass(frozen=True, slots=True)
class Profile:
    """How one edition writes what all of them have."""

    edition: Edition
    version: str
    """Value of the header ``X-GB-Ver`` (2022, annex I)."""
    charset: str
    """Declared in our XML; a device may have its own (`with_charset`)."""
    h265: bool
    """True if H.265 and AAC may be offered."""
    precise: bool
    """True if precise PTZ, snapshot, upgrade and the other commands of 2022 may be sent."""

    def with_charset(self, charset: str) -> Profile:
        """The same edition for a device that wants another character set."""
        return Profile(self.edition, self.version, charset, self.h265, self.precise)


PROFILES: Final = {
    Edition.E2011: Profile(Edition.E2011, "1.0", "GB2312", False, False),
    Edition.E2016: Profile(Edition.E2016, "2.0", "GB2312", False, False),
    Edition.E2022: Profile(Edition.E2022, "3.0", "GB18030", True, True),
}
_BY_VERSION: Final = {profile.version: profile for profile in PROFILES.values()}


def profile_of(version: str | None) -> Profile:
    """Profile for the value of ``X-GB-Ver``; without it, or with an unknown one, the edition of 2016.

    Devices of 2016 send no such header; a newer minor version (``3.1``) counts as its major one.
    """
    if version:
        text = version.strip()
        found = _BY_VERSION.get(text) or _BY_VERSION.get(text.split(".", 1)[0] + ".0")
        if found:
            return found
    return PROFILES[Edition.E2016]
