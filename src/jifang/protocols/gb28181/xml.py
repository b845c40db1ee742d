"""XML of MANSCDP: read what devices send, write what the strictest reader takes, refuse what is hostile.

A general parser is of no use here: devices leave out quotes around attributes, repeat the declaration, put
NUL bytes behind the end, and declare character sets they do not use. This one reads elements, attributes
and text and nothing else. There are no entities to expand: a document type declaration is refused, and an
entity other than XML's own five and numbers stays as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from jifang.protocols.gb28181.charset import decode_body

MAX_BODY: Final = 1_048_576
"""Bytes of a body that are read; a catalog of 1 000 channels in one message is about 600 kB."""
MAX_DEPTH: Final = 12
"""Elements within each other; the standard needs five."""
MAX_ELEMENTS: Final = 60_000

_OPEN: Final = re.compile(
    r"<(?P<name>[^\s<>/!?=\"']{1,64})(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.DOTALL
)
_CLOSE: Final = re.compile(r"</\s*([^\s<>/]{1,64})\s*>")
_ATTRIBUTE: Final = re.compile(r"([^\s=\"'/]{1,64})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ENTITY: Final = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
_ENTITIES: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION: Final = re.compile(r"<!\s*[A-Za-z]")
_WHITESPACE: Final = " \t\r\n\x00\ufeff"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")


class XmlRefusedError(ValueError):
    """The body is no XML that is read here. ``reason`` is the machine-readable word for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Element:
    """One element. Names are kept as sent; the look-ups ignore their case, as devices do."""

    name: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)

    def child(self, *names: str) -> Element | None:
        """The first child of one of these names."""
        wanted = {name.lower() for name in names}
        return next((each for each in self.children if each.name.lower() in wanted), None)

    def every(self, name: str) -> list[Element]:
        """All children of this name, in order."""
        wanted = name.lower()
        return [each for each in self.children if each.name.lower() == wanted]

    def value(self, *names: str) -> str | None:
        """Text of the first such child, or the attribute that some devices send instead; None if neither."""
        found = self.child(*names)
        if found is not None:
            return found.text
        wanted = {name.lower() for name in names}
        return next((value for name, value in self.attributes.items() if name.lower() in wanted), None)

    def add(self, name: str, text: str = "", **attributes: str) -> Element:
        """Append a child and return it."""
        made = Element(name, text, attributes)
        self.children.append(made)
        return made


def parse_xml(body: bytes) -> Element:
    """The root element of a body.

    Raises `XmlRefusedError` with ``too_long``, ``document_type``, ``too_deep``, ``too_many_elements``,
    ``unclosed`` or ``no_root``.
    """
    if len(body) > MAX_BODY:
        raise XmlRefusedError("too_long")
    return parse_text(decode_body(body).text)


def parse_text(text: str) -> Element:
    """As `parse_xml`, of text."""
    root: Element | None = None
    stack: list[Element] = []
    place, end, count = 0, len(text), 0
    while place < end:
        if text[place] != "<":
            nearest = text.find("<", place)
            nearest = end if nearest < 0 else nearest
            if stack:
                stack[-1].text += _unescape(text[place:nearest])
            place = nearest
        elif text.startswith("<!--", place):
            place = _behind(text, "-->", place + 4)
        elif text.startswith("<![CDATA[", place):
            close = _behind(text, "]]>", place + 9)
            if stack:
                stack[-1].text += text[place + 9 : close - 3]
            place = close
        elif text.startswith("<?", place):
            place = _behind(text, "?>", place + 2)
        elif _DECLARATION.match(text, place):
            raise XmlRefusedError("document_type")
        elif found := _CLOSE.match(text, place):
            place = found.end()
            _close(stack, found.group(1).lower())
            if root is not None and not stack:
                # Whatever follows the root (NUL bytes, a second document) is no part of this message.
                break
        elif found := _OPEN.match(text, place):
            place, count = found.end(), count + 1
            if count > MAX_ELEMENTS:
                raise XmlRefusedError("too_many_elements")
            attributes = found["attributes"]
            empty = attributes.endswith("/")
            made = Element(found["name"])
            if "=" in attributes:
                made.attributes = {
                    hit.group(1): _unescape(hit.group(2) or hit.group(3) or hit.group(4) or "").strip("/ ")
                    for hit in _ATTRIBUTE.finditer(attributes)
                }
            if stack:
                stack[-1].children.append(made)
            elif root is None:
                root = made
            if not empty:
                if len(stack) >= MAX_DEPTH:
                    raise XmlRefusedError("too_deep")
                stack.append(made)
            elif not stack:
                break
        else:
            if stack:
                stack[-1].text += "<"
            place += 1
    if root is None:
        raise XmlRefusedError("no_root")
    if stack:
        raise XmlRefusedError("unclosed")
    _strip(root)
    return root


def _behind(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    if found < 0:
        raise XmlRefusedError("unclosed")
    return found + len(mark)


def _close(stack: list[Element], name: str) -> None:
    """Close the nearest open element of this name and those within it; others mean nothing."""
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth].name.lower() == name:
            del stack[depth:]
            return


def _strip(root: Element) -> None:
    waiting = [root]
    while waiting:
        each = waiting.pop()
        each.text = each.text.strip(_WHITESPACE)
        waiting += each.children


def _unescape(text: str) -> str:
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    if found[1]:
        return _ENTITIES[found[1]]
    number = int(found[2]) if found[2] else int(found[3], 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else found[0]


def build_xml(root: Element, charset: str = "GB2312") -> bytes:
    """The body of an element, canonical: CR LF, no indentation, no self-closed element, quoted attributes.

    ``charset`` is declared. The bytes are UTF-8 if it is UTF-8, else GB 18030, which contains GB 2312 and
    GBK, so no character of a name is lost. Raises ValueError for a name that is no XML name.
    """
    lines = [f'<?xml version="1.0" encoding="{charset}"?>']
    _write(root, lines)
    codec = "utf-8" if charset.lower().replace("-", "") == "utf8" else "gb18030"
    return ("\r\n".join(lines) + "\r\n").encode(codec, "replace")


def _write(element: Element, lines: list[str]) -> None:
    if not _NAME.match(element.name):
        raise ValueError(f"element name {element.name!r}: letters, digits, '.', '-' and '_' only")
    opening = element.name + "".join(
        f' {name}="{_escape(value)}"' for name, value in element.attributes.items() if _NAME.match(name)
    )
    if not element.children:
        lines.append(f"<{opening}>{_escape(element.text)}</{element.name}>")
        return
    lines.append(f"<{opening}>")
    for each in element.children:
        _write(each, lines)
    lines.append(f"</{element.name}>")


def _escape(text: str) -> str:
    text = _ILLEGAL.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
