"""The error of every validator: field, value, remedy, in the reader's language, on one line."""

from jifang.kernel.errors import SHOWN_AT_MOST, BadInputError, gettext_noop, shown

PROBLEM = gettext_noop("“%(value)s” is %(length)d long.")
REMEDY = gettext_noop("Make it shorter.")


def test_it_names_field_value_and_remedy() -> None:
    error = BadInputError("site.name", "x", PROBLEM, REMEDY, length=1)
    assert str(error) == "site.name: “x” is 1 long. Make it shorter."
    assert (error.field, error.value) == ("site.name", "x")


def test_it_speaks_the_readers_language() -> None:
    words = {PROBLEM: "“%(value)s”长 %(length)d。", REMEDY: "请缩短。"}
    assert (
        BadInputError("name", "x", PROBLEM, REMEDY, length=1).text(words.__getitem__) == "“x”长 1。 请缩短。"
    )


def test_a_value_of_any_size_or_kind_is_shown_on_one_short_line() -> None:
    long = str(BadInputError("f", "a\n\x1b" + "b" * 500, PROBLEM, REMEDY, length=503))
    assert "\n" not in long
    assert "\x1b" not in long
    assert len(long) < SHOWN_AT_MOST + 60
    assert shown("x" * SHOWN_AT_MOST) == "x" * SHOWN_AT_MOST
    assert shown("x" * (SHOWN_AT_MOST + 1)) == "x" * (SHOWN_AT_MOST - 1) + "…"
    assert "“None”" in str(BadInputError("f", None, PROBLEM, REMEDY, length=0))
    assert "100%" in str(BadInputError("f", "100%", PROBLEM, REMEDY, length=4))
