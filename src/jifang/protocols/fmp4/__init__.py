"""Fragmented MP4 (ISO/IEC 14496-12): what every player and browser takes, written without FFmpeg.

- `initial_segment((VideoTrack(parameters), AudioTrack("g711a")))`: ``ftyp`` and ``moov``, tracks from 1
- `fragment(number, [Run(track, time, [Sample(data, duration, key)])])`: ``moof`` and ``mdat``
- `walk`, `find`, `read_fragment`, `whole_boxes`: reading back, for checks and byte ranges
- `codec_string` of a track: what to ask a browser
"""

from jifang.protocols.fmp4.boxes import Box, find, walk, whole_boxes
from jifang.protocols.fmp4.fragments import Found, Run, Sample, fragment, read_fragment
from jifang.protocols.fmp4.tracks import AudioTrack, Track, VideoTrack, aac_config, initial_segment

__all__ = [
    "AudioTrack",
    "Box",
    "Found",
    "Run",
    "Sample",
    "Track",
    "VideoTrack",
    "aac_config",
    "find",
    "fragment",
    "initial_segment",
    "read_fragment",
    "walk",
    "whole_boxes",
]
