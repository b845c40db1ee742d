"""H.264 and H.265 as far as a recorder needs them: no picture is decoded.

- `AccessUnit`, `AudioFrame`: what depacketisers give and writers take; `Codec`
- `split_annex_b`, `join_annex_b`, `split_lengths`, `join_lengths`, `is_key`, `is_slice`, `sniff`
- `parse_sps(codec, unit) -> Sequence`: width, height, codec string, reordering
- `ParameterSets(codec).feed(units)`: VPS, SPS, PPS; `reorders` says that a stream has B frames
"""

from jifang.protocols.h26x.parameters import ParameterSets
from jifang.protocols.h26x.sps import Sequence, is_b_slice, parse_sps
from jifang.protocols.h26x.units import (
    MAX_ACCESS_UNIT,
    AccessUnit,
    AudioFrame,
    Codec,
    is_key,
    is_slice,
    join_annex_b,
    join_lengths,
    sniff,
    split_annex_b,
    split_lengths,
    type_of,
)

__all__ = [
    "MAX_ACCESS_UNIT",
    "AccessUnit",
    "AudioFrame",
    "Codec",
    "ParameterSets",
    "Sequence",
    "is_b_slice",
    "is_key",
    "is_slice",
    "join_annex_b",
    "join_lengths",
    "parse_sps",
    "sniff",
    "split_annex_b",
    "split_lengths",
    "type_of",
]
