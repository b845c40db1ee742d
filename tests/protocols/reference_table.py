"""Writes docs/ref/event-codes.md from the tables: ``python -m tests.protocols.reference_table``."""

from collections.abc import Iterable
from pathlib import Path

from jifang.protocols.event_codes import CONTACT_ID, OWN, SIA
from jifang.protocols.event_codes.table import Code
from jifang.protocols.events import PRIORITY, class_text

PAGE = Path("docs/ref/event-codes.md")

INTRODUCTION = """# Event codes

Generated from `src/jifang/protocols/event_codes/` by `python -m tests.protocols.reference_table`; a test
holds the page against the data.

*Class* decides what a duty room does with a signal, *nature* what it does to an alarm: `alarm` raises or
joins one, `restore` says that the condition is over, `state` is recorded. *Number* is what the code counts.
For Contact ID, qualifier 1 is a new event or an opening (disarming), 3 a restore or a closing (arming), 6 a
condition that is still present; where "restored" would be wrong, the text for 3 stands behind the stroke.
SIA has no qualifier: the one given is the code's own meaning in Contact ID's terms. A code that is not in
these tables is stored, shown as unknown and acknowledged.
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rows(codes: Iterable[Code]) -> Iterable[str]:
    for code in codes:
        english = code.english + (f" / {code.english_restored}" if code.english_restored else "")
        chinese = code.chinese + (f" / {code.chinese_restored}" if code.chinese_restored else "")
        priority = PRIORITY[code.event_class] if code.priority is None else code.priority
        cells = (
            code.code,
            chinese,
            english,
            code.event_class.value,
            code.nature.value,
            code.qualifier if code.scheme != "CID" else "sent",
            code.concerns.value,
            str(priority),
            code.source.value,
        )
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def event_codes_page() -> str:
    """The whole page."""
    head = (
        "| Code | 中文 | English | Class | Nature | Qualifier | Number | Priority | Source |",
        "|---|---|---|---|---|---|---|---|---|",
    )
    lines = [INTRODUCTION, "## Classes", "", "| Class | 中文 | English | Priority |", "|---|---|---|---|"]
    lines += [
        f"| {each.value} | {class_text(each)} | {class_text(each, 'en')} | {priority} |"
        for each, priority in sorted(PRIORITY.items(), key=lambda item: item[1])
    ]
    tables = (("Contact ID", CONTACT_ID), ("SIA", SIA), ("The platform's own", OWN))
    for title, codes in tables:
        lines += ["", f"## {title} ({len(codes)} codes)", "", *head, *_rows(codes)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(event_codes_page(), encoding="utf-8")
