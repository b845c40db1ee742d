"""Translations: joined from parts, compiled without GNU gettext, checked against the source."""

import gettext
import importlib.util
import io
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PART = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"

# a comment
msgid "Alarm"
msgstr "报警"

msgctxt "verb"
msgid "Close"
msgstr "关闭"

msgid ""
"Two "
"lines\n"
msgstr "两行\n"

msgid "%(n)s site"
msgid_plural "%(n)s sites"
msgstr[0] "%(n)s 个单位"

#, fuzzy
msgid "Guess"
msgstr "猜"

#~ msgid "Gone"
#~ msgstr "没了"
msgid "Later"
msgstr ""
"""


def part(tmp_path: Path, text: str, name: str = "a") -> Path:
    file = tmp_path / f"{name}.zh_Hans.po"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_is_compiled_is_what_gettext_reads(messages: ModuleType, tmp_path: Path) -> None:
    compiled = messages.compiled(messages.join([part(tmp_path, PART)]))
    read = gettext.GNUTranslations(io.BytesIO(compiled))
    assert read.gettext("Alarm") == "报警"
    assert read.pgettext("verb", "Close") == "关闭"
    assert read.gettext("Close") == "Close"
    assert read.gettext("Two lines\n") == "两行\n"
    assert read.ngettext("%(n)s site", "%(n)s sites", 7) == "%(n)s 个单位"
    assert [read.gettext(one) for one in ("Guess", "Gone", "Later")] == ["Guess", "Gone", "Later"]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (
            'msgid "Alarm"\nmsgstr "警报"\n',
            "b.zh_Hans.po:1: 'Alarm' is '警报' here and '报警' in a.zh_Hans.po:7",
        ),
        ('msgid "%(n)s left"\nmsgstr "剩 %(m)s"\n', "has %(m)s of its own"),
        ('msgid Alarm\nmsgstr "x"\n', "b.zh_Hans.po:1: 'Alarm' is not text in double quotes"),
        ('mgsid "Alarm"\n', "'mgsid' is no keyword"),
        ('"loose"\n', "text before any msgid"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    messages: ModuleType, tmp_path: Path, second: str, words: str
) -> None:
    with pytest.raises(messages.MessageError) as caught:
        messages.join([part(tmp_path, PART), part(tmp_path, second, "b")])
    assert words in str(caught.value)


def test_marked_strings_are_found(messages: ModuleType) -> None:
    source = '_("One")\npgettext("verb", "Close")\nngettext("a", "b", n)\ngettext_lazy(name)\nother("No")\n'
    assert messages.strings_of_python(source) == [("One", 1), ("verb\x04Close", 2), ("a", 3)]
    template = (
        '{% load i18n %}\n{% translate "It\'s (one)" %}\n{% blank "empty" _("Two") %}\n'
        "{% blocktranslate count n=n %}{{ n }} site{% plural %}{{ n }} sites{% endblocktranslate %}\n"
        '{% translate "Close" context "verb" %}'
    )
    assert messages.strings_of_template(template) == [
        ("It's (one)", 2),
        ("Two", 3),
        ("%(n)s site", 4),
        ("verb\x04Close", 5),
    ]
