"""Join the translations of all rooms and compile them, without GNU gettext: a fresh machine has none.

python scripts/messages.py            write zh_Hans/LC_MESSAGES/django.mo from locale/parts/*.zh_Hans.po
python scripts/messages.py --check    also say which strings of the source have no translation
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "jifang"
PARTS = PACKAGE / "locale" / "parts"
COMPILED = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\nLanguage: zh_Hans\n"
CONTEXT = "\x04"

FUNCTIONS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ("id",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("id", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "id")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "id", "plural")),
}


class Message(NamedTuple):
    """One entry of a catalogue."""

    key: str  # msgctxt + EOT + msgid, or the msgid alone
    plural: str
    text: str
    place: str


class MessageError(Exception):
    """A catalogue that cannot be used: file, line and what is wrong."""


def _unquote(line: str, place: str) -> str:
    try:
        value = ast.literal_eval(line)
    except (SyntaxError, ValueError):
        raise MessageError(f"{place}: {line!r} is not text in double quotes") from None
    if not isinstance(value, str) or not line.startswith('"'):
        raise MessageError(f"{place}: {line!r} is not text in double quotes")
    return value


def parse(text: str, name: str) -> list[Message]:
    """The entries of a .po file, without its header and without fuzzy and obsolete ones."""
    messages: list[Message] = []
    entry: dict[str, str] = {}
    field, fuzzy, start = "", False, 1

    def finish() -> None:
        nonlocal entry, field, fuzzy
        if entry.get("msgid") and not fuzzy:
            key = entry["msgid"]
            if "msgctxt" in entry:
                key = entry["msgctxt"] + CONTEXT + key
            translated = entry.get("msgstr") or entry.get("msgstr[0]") or ""
            messages.append(Message(key, entry.get("msgid_plural", ""), translated, f"{name}:{start}"))
        entry, field, fuzzy = {}, "", False

    for number, line in enumerate([*text.splitlines(), ""], start=1):
        line = line.strip()
        place = f"{name}:{number}"
        if line.startswith("#"):
            if "msgstr" in entry or "msgstr[0]" in entry:
                finish()
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if not line:
            finish()
            continue
        if line.startswith('"'):
            if not field:
                raise MessageError(f"{place}: text before any msgid")
            entry[field] += _unquote(line, place)
            continue
        word, _, rest = line.partition(" ")
        if word not in ("msgctxt", "msgid", "msgid_plural", "msgstr") and not re.fullmatch(
            r"msgstr\[\d\]", word
        ):
            raise MessageError(f"{place}: {word!r} is no keyword of a .po file")
        if word in ("msgctxt", "msgid") and ("msgstr" in entry or "msgstr[0]" in entry):
            finish()
        if not entry:
            start = number
        field = word
        entry[field] = _unquote(rest.strip(), place)
    return messages


_PLACEHOLDER = re.compile(r"%\((\w+)\)[sdfr]|(?<!%)%[sd]|\{(\w*)\}")


def join(files: list[Path]) -> dict[str, Message]:
    """All parts as one catalogue. MessageError when two parts, or a text and its translation, disagree."""
    joined: dict[str, Message] = {}
    for file in files:
        for message in parse(file.read_text(encoding="utf-8"), file.name):
            if not message.text:
                continue
            known = joined.get(message.key)
            if known and known.text != message.text:
                raise MessageError(
                    f"{message.place}: {message.key!r} is {message.text!r} here and {known.text!r} in"
                    f" {known.place}; choose one, or tell them apart with msgctxt"
                )
            original = message.plural or message.key.rpartition(CONTEXT)[2]
            wanted = {match[0] for match in _PLACEHOLDER.finditer(original)}
            given = {match[0] for match in _PLACEHOLDER.finditer(message.text)}
            if not given <= wanted:
                extra = ", ".join(sorted(given - wanted))
                raise MessageError(
                    f"{message.place}: the translation of {message.key!r} has {extra} of its own"
                )
            joined[message.key] = message
    return joined


def compiled(messages: dict[str, Message]) -> bytes:
    """The catalogue in the format of GNU gettext's .mo files."""
    pairs = [(b"", HEADER.encode())]
    for message in messages.values():
        key = message.key + ("\0" + message.plural if message.plural else "")
        pairs.append((key.encode(), message.text.encode()))
    pairs.sort()
    count = len(pairs)
    keys = b"\0".join(key for key, _ in pairs) + b"\0"
    texts = b"\0".join(text for _, text in pairs) + b"\0"
    start = 7 * 4 + 16 * count
    key_table, text_table = [], []
    key_at, text_at = start, start + len(keys)
    for key, text in pairs:
        key_table.append(struct.pack("<II", len(key), key_at))
        text_table.append(struct.pack("<II", len(text), text_at))
        key_at += len(key) + 1
        text_at += len(text) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start)
    return head + b"".join(key_table) + b"".join(text_table) + keys + texts


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def strings_of_python(source: str) -> list[tuple[str, int]]:
    """(key, line) of every marked string of a Python module."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        shape = FUNCTIONS.get(name)
        if shape is None or len(node.args) < len(shape):
            continue
        texts = dict(zip(shape, map(_literal, node.args), strict=False))
        if texts["id"] is None:
            continue
        context = texts.get("context")
        found.append((f"{context}{CONTEXT}{texts['id']}" if context else texts["id"], node.lineno))
    return found


_CALL = re.compile(r"\b(_|n?p?gettext(?:_lazy|_noop)?)\(")


def strings_of_template(source: str) -> list[tuple[str, int]]:
    """(key, line) of every marked string of a Django template."""
    from django.utils.translation.template import templatize  # noqa: PLC0415  (compiling needs no Django)

    code = templatize(source)
    found = []
    for match in _CALL.finditer(code):
        line = code.count("\n", 0, match.start()) + 1
        tail = code[match.start() :]
        for end in (position for position, letter in enumerate(tail) if letter == ")"):
            try:
                call = ast.parse(tail[: end + 1].strip(), mode="eval").body
            except SyntaxError:
                continue
            found.extend((key, line) for key, _ in strings_of_python(ast.unparse(call)))
            break
    return found


def untranslated(messages: dict[str, Message]) -> list[str]:
    """`file:line: text` of every marked string without a translation."""
    from django.conf import settings  # noqa: PLC0415

    if not settings.configured:
        settings.configure()
    missing = []
    for file in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in file.parts:
            for key, line in strings_of_python(file.read_text(encoding="utf-8")):
                if key not in messages:
                    missing.append(f"{file.relative_to(ROOT)}:{line}: {key.replace(CONTEXT, ' | ')!r}")
    for file in sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("templates/**/*.txt")]):
        if "node_modules" not in file.parts and "dist" not in file.parts:
            for key, line in strings_of_template(file.read_text(encoding="utf-8")):
                if key not in messages:
                    missing.append(f"{file.relative_to(ROOT)}:{line}: {key.replace(CONTEXT, ' | ')!r}")
    return missing


def main(arguments: list[str]) -> int:
    """Compile, and check if asked; returns the exit status."""
    try:
        messages = join(sorted(PARTS.glob("*.zh_Hans.po")))
    except MessageError as error:
        print(error, file=sys.stderr)
        return 1
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    COMPILED.write_bytes(compiled(messages))
    if "--check" not in arguments:
        return 0
    missing = untranslated(messages)
    for line in missing:
        print(f"no translation: {line}", file=sys.stderr)
    if missing:
        print(
            f"{len(missing)} strings have no translation; add them to src/jifang/locale/parts/.",
            file=sys.stderr,
        )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
