"""The colours of the tokens are readable: WCAG 2.2 contrast, computed from the file itself."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "frontend" / "src" / "styles" / "tokens.css"
PAIR = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
COLOURS = {
    name: {"light": light, "dark": dark} for name, light, dark in PAIR.findall(TOKENS.read_text("utf-8"))
}
GROUNDS = ("paper", "surface", "raised", "sunken", "hover")
TONES = ("holdup", "burglary", "fire", "technical", "opening", "test", "good")


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2, definition of relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: str) -> float:
    """Contrast ratio of two tokens in a theme."""
    high, low = sorted((luminance(COLOURS[one][theme]), luminance(COLOURS[other][theme])), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    """Black on white is 21, and #777 on white 4.48 (the well-known near miss)."""
    COLOURS["black"], COLOURS["white"] = {"light": "#000000"}, {"light": "#ffffff"}
    COLOURS["near-miss"] = {"light": "#777777"}
    assert contrast("black", "white", "light") == pytest.approx(21)
    assert contrast("near-miss", "white", "light") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3"])
def test_text_on_every_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground, "light") >= 4.5
    # the duty room is dark: AAA
    assert contrast(ink, ground, "dark") >= 7


@pytest.mark.parametrize("tone", TONES)
def test_words_on_the_ground_of_their_tone(tone: str) -> None:
    assert contrast(f"{tone}-text", f"{tone}-soft", "light") >= 4.5
    assert contrast(f"{tone}-text", f"{tone}-soft", "dark") >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tone", [*TONES, "unknown"])
def test_shapes_stand_out_from_panel_and_badge(tone: str, theme: str) -> None:
    assert contrast(tone, "surface", theme) >= 3
    if tone != "unknown":
        assert contrast(tone, f"{tone}-soft", theme) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_controls_links_and_buttons(theme: str) -> None:
    assert contrast("control", "surface", theme) >= 3
    assert contrast("focus", "surface", theme) >= 3
    assert contrast("accent", "surface", theme) >= 4.5
    assert contrast("accent", "paper", theme) >= 4.5
    assert contrast("on-accent", "accent", theme) >= 4.5
    assert contrast("accent-strong", "accent-soft", theme) >= 4.5
    assert contrast("unknown-text", "hatch-b", theme) >= 4.5
