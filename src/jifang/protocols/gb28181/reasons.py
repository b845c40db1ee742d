"""Why a body or message is refused or remarkable, in words for the engineer."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Machine-readable reason; `explain` gives the sentence."""

    NOT_XML = "not_xml"
    TOO_LONG = "too_long"
    DOCUMENT_TYPE = "document_type"
    TOO_DEEP = "too_deep"
    TOO_MANY_ELEMENTS = "too_many_elements"
    UNCLOSED = "unclosed"
    UNKNOWN_ROOT = "unknown_root"
    UNKNOWN_COMMAND = "unknown_command"


_TEXTS: Final[dict[Reason, tuple[str, str]]] = {
    Reason.NOT_XML: ("The body holds no XML element.", "消息体中没有 XML 元素。"),
    Reason.TOO_LONG: (
        "The body is longer than 1 MiB. No message of the standard is; a catalog belongs in pages.",
        "消息体超过 1 MiB。标准中没有这样的消息；目录应分页发送。",
    ),
    Reason.DOCUMENT_TYPE: (
        "The body has a document type declaration. MANSCDP has none; such bodies attack XML readers.",
        "消息体含有文档类型声明（DOCTYPE）。MANSCDP 不使用它；这类内容用于攻击 XML 解析器。",
    ),
    Reason.TOO_DEEP: ("More than 12 elements within each other.", "元素嵌套超过 12 层。"),
    Reason.TOO_MANY_ELEMENTS: ("More than 60 000 elements.", "元素超过 60000 个。"),
    Reason.UNCLOSED: (
        "An element is not closed: the body was cut, often by a lost UDP fragment. Set the device to SIP "
        "over TCP.",
        "有元素没有结束标记：消息体被截断，常见原因是 UDP 分片丢失。请将设备的 SIP 传输改为 TCP。",
    ),
    Reason.UNKNOWN_ROOT: (
        "The root element is none of Query, Response, Notify and Control.",
        "根元素不是 Query、Response、Notify 或 Control。",
    ),
    Reason.UNKNOWN_COMMAND: (
        "The command (CmdType) is not known here, or missing.",
        "命令类型（CmdType）未知或缺失。",
    ),
}


def explain(reason: Reason, language: str = "zh") -> str:
    """The sentence for a reason, in ``zh`` (default) or ``en``."""
    english, chinese = _TEXTS[reason]
    return english if language == "en" else chinese
