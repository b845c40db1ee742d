"""Collects parameter sets from a stream and tells when they change: a new file begins there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jifang.protocols.h26x.sps import Sequence, is_b_slice, parse_sps
from jifang.protocols.h26x.units import Codec, type_of

_KINDS: Final = {Codec.H264: {7: "sps", 8: "pps"}, Codec.H265: {32: "vps", 33: "sps", 34: "pps"}}
_MOST: Final = 16
"""Parameter sets of one kind that are kept; cameras use one."""
_LONGEST: Final = 65_535


class ParameterSets:
    """VPS, SPS and PPS of one stream, in order of their coming."""

    def __init__(self, codec: Codec, units: Iterable[bytes] = ()) -> None:
        self.codec = codec
        self._sets: dict[str, dict[bytes, bytes]] = {"vps": {}, "sps": {}, "pps": {}}
        self.sequence: Sequence | None = None
        self.b_slices = False
        self.feed(units)

    def feed(self, units: Iterable[bytes]) -> bool:
        """Take the NAL units of a picture; True if a parameter set is new or another."""
        changed = False
        for unit in units:
            name = _KINDS[self.codec].get(type_of(self.codec, unit)) if unit else None
            if name is None:
                if self.codec is Codec.H264 and unit and not self.b_slices:
                    self.b_slices = is_b_slice(unit)
                continue
            changed |= self._take(name, unit)
        return changed

    def _take(self, name: str, unit: bytes) -> bool:
        if len(unit) > _LONGEST:
            return False
        sequence = None
        if name == "sps":
            sequence = parse_sps(self.codec, unit)
            if sequence is None:
                return False
        known = self._sets[name]
        if unit in known:
            return False
        # Another SPS replaces all: its pictures are another size, and the PPS that follow belong to it.
        if name == "sps":
            known.clear()
            self._sets["pps"].clear()
            self.sequence = sequence
        elif name == "vps":
            known.clear()
        while len(known) >= _MOST:
            del known[next(iter(known))]
        known[unit] = unit
        return True

    @property
    def vps(self) -> tuple[bytes, ...]:
        """Video parameter sets (H.265)."""
        return tuple(self._sets["vps"].values())

    @property
    def sps(self) -> tuple[bytes, ...]:
        """Sequence parameter sets."""
        return tuple(self._sets["sps"].values())

    @property
    def pps(self) -> tuple[bytes, ...]:
        """Picture parameter sets."""
        return tuple(self._sets["pps"].values())

    @property
    def complete(self) -> bool:
        """True if a file may begin."""
        needed = ("vps", "sps", "pps") if self.codec is Codec.H265 else ("sps", "pps")
        return all(self._sets[name] for name in needed)

    @property
    def reorders(self) -> bool:
        """True if pictures may be shown in another order than they come: our writer does not take these."""
        if self.sequence is not None and self.sequence.reorder is not None:
            return self.sequence.reorder > 0
        return self.b_slices
