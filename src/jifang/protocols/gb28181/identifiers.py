"""The 20 digits that name everything in GB/T 28181 (annex E of 2016 and 2022): read and explained.

Eight digits of centre (administrative division), two of industry, three of kind, one of network, six of
serial. Real devices send other lengths; they are taken as they come, and `Identifier.problems` says what is
wrong with them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

KINDS: Final[dict[str, tuple[str, str]]] = {
    "111": ("video recorder (DVR)", "数字视频录像机（DVR）"),
    "112": ("video server", "视频服务器"),
    "113": ("encoder", "编码器"),
    "114": ("decoder", "解码器"),
    "115": ("video switching matrix", "视频切换矩阵"),
    "116": ("audio switching matrix", "音频切换矩阵"),
    "117": ("alarm controller", "报警控制器"),
    "118": ("network video recorder (NVR)", "网络视频录像机（NVR）"),
    "131": ("camera", "摄像机"),
    "132": ("network camera (IPC)", "网络摄像机（IPC）"),
    "133": ("display", "显示器"),
    "134": ("alarm input", "报警输入设备"),
    "135": ("alarm output", "报警输出设备"),
    "136": ("audio input", "语音输入设备"),
    "137": ("audio output", "语音输出设备"),
    "138": ("mobile transmission equipment", "移动传输设备"),
    "200": ("central SIP server (platform)", "中心信令控制服务器（平台）"),
    "202": ("media server", "媒体分发服务器"),
    "215": ("business group", "业务分组"),
    "216": ("virtual organisation", "虚拟组织"),
}
"""Digits 11 to 13 that a video platform meets: the kind of thing, in English and Chinese."""

CHANNEL_KINDS: Final = frozenset({"131", "132", "134", "135", "136", "137"})
GROUP_KINDS: Final = frozenset({"215", "216"})
_FULL: Final = 20
_DIVISION_LENGTHS: Final = (2, 4, 6, 8)


class Identifier(NamedTuple):
    """An identifier taken apart. Fields that could not be read are empty strings."""

    text: str
    centre: str
    industry: str
    kind: str
    network: str
    serial: str
    problems: tuple[str, ...]
    """``not_digits``, ``length``, ``unknown_kind``; empty when the identifier keeps the rules."""

    @property
    def valid(self) -> bool:
        """True if the identifier keeps the rules of the standard."""
        return not self.problems

    @property
    def is_division(self) -> bool:
        """True for the 2, 4, 6 or 8 digits of an administrative division."""
        return len(self.text) in _DIVISION_LENGTHS and self.text.isdigit()

    @property
    def domain(self) -> str:
        """The first ten digits: the SIP domain, and by default the realm."""
        return self.text[:10] if len(self.text) == _FULL else ""

    def meaning(self, language: str = "zh") -> str:
        """What kind of thing the identifier names, in ``zh`` (default) or ``en``; empty if unknown."""
        if self.is_division:
            return "administrative division" if language == "en" else "行政区划"
        english, chinese = KINDS.get(self.kind, ("", ""))
        return english if language == "en" else chinese


def read_identifier(text: str) -> Identifier:
    """Take an identifier apart. Never raises."""
    digits = text.isascii() and text.isdigit()
    if digits and len(text) in _DIVISION_LENGTHS:
        return Identifier(text, text, "", "", "", "", ())
    problems = [] if digits else ["not_digits"]
    if len(text) != _FULL:
        problems.append("length")
        return Identifier(text, "", "", "", "", "", tuple(problems))
    kind = text[10:13]
    if digits and kind not in KINDS:
        problems.append("unknown_kind")
    return Identifier(text, text[:8], text[8:10], kind, text[13], text[14:], tuple(problems))
