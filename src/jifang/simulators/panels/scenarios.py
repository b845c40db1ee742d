"""What happens at a site, as the panel tells it: steps in time, with the code in both schemes.

A scenario is a function of the dice and a panel's zones; its steps say after how many seconds (of simulated
time) which code goes out. ``offline`` steps take the panel's line away instead.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from jifang.simulators.panels.specs import PanelSpec, Zone


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the panel reports ``after`` seconds from the beginning of the scenario.

    ``cid`` and ``sia`` are the same event in both schemes; ``qualifier`` belongs to Contact ID alone.
    ``number`` is the zone, or the user for opening and closing. ``offline`` > 0: the line is dead for so many
    seconds, nothing is sent.
    """

    after: float
    cid: str = ""
    qualifier: str = "1"
    sia: str = ""
    area: int = 1
    number: int = 0
    offline: float = 0.0


Scenario = Callable[[random.Random, PanelSpec], list[Step]]


def _detectors(spec: PanelSpec) -> list[Zone]:
    return [zone for zone in spec.zones if not zone.hold_up] or [Zone(1), Zone(2)]


def opening(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """Somebody disarms in the morning."""
    return [Step(0, "401", "1", "OP", number=dice.randint(1, 8))]


def closing(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """Somebody arms in the evening."""
    return [Step(0, "401", "3", "CL", number=dice.randint(1, 8))]


def test(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """The daily automatic test."""
    return [Step(0, "602", "1", "RP")]


def technical(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """Mains fail and come back; or a battery is low."""
    if dice.random() < 0.7:
        return [Step(0, "301", "1", "AT"), Step(dice.uniform(30, 240), "301", "3", "AR")]
    return [Step(0, "302", "1", "YT"), Step(dice.uniform(120, 600), "302", "3", "YR")]


def burglary(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """Somebody breaks in and crosses a second zone; both are restored later."""
    zones = _detectors(spec)
    first = dice.choice(zones)
    second = dice.choice([zone for zone in zones if zone != first] or [first])
    crossing = dice.uniform(4, 20)
    return [
        Step(0, "130", "1", "BA", first.area, first.number),
        Step(crossing, "130", "1", "BA", second.area, second.number),
        Step(crossing + 1, "139", "1", "BV", second.area, second.number),
        Step(crossing + dice.uniform(60, 180), "130", "3", "BR", first.area, first.number),
        Step(crossing + dice.uniform(60, 180), "130", "3", "BR", second.area, second.number),
    ]


def hold_up(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """A silent hold-up button; it is never restored by the panel."""
    buttons = [zone for zone in spec.zones if zone.hold_up] or [Zone(99, hold_up=True)]
    button = dice.choice(buttons)
    return [Step(0, "122", "1", "HA", button.area, button.number)]


def late_to_close(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """Nobody arms in time; somebody does later."""
    return [
        Step(0, "454", "1", "CI"),
        Step(dice.uniform(60, 400), "401", "3", "CL", number=dice.randint(1, 8)),
    ]


def line_failure(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """The line is dead longer than any supervision allows; afterwards the panel reports its restoration."""
    interval = max((path.interval for path in spec.paths), default=60.0) or 60.0
    gone = 3 * interval + dice.uniform(60, 120)
    return [Step(0, offline=gone), Step(gone + 1, "350", "3", "YK")]


def storm(dice: random.Random, spec: PanelSpec) -> list[Step]:
    """What a thunderstorm does to one panel: mains, perimeter, tamper, battery, all within a minute."""
    zones = _detectors(spec)
    steps = [Step(dice.uniform(0, 10), "301", "1", "AT")]
    for _ in range(dice.randint(0, 3)):
        zone = dice.choice(zones)
        at = dice.uniform(0, 45)
        steps.append(Step(at, "131", "1", "BA", zone.area, zone.number))
        steps.append(Step(at + dice.uniform(5, 60), "131", "3", "BR", zone.area, zone.number))
    if dice.random() < 0.2:
        steps.append(Step(dice.uniform(10, 60), "302", "1", "YT"))
    steps.append(Step(dice.uniform(60, 180), "301", "3", "AR"))
    return sorted(steps, key=lambda step: step.after)


SCENARIOS: dict[str, Scenario] = {
    "opening": opening,
    "closing": closing,
    "test": test,
    "technical": technical,
    "burglary": burglary,
    "hold-up": hold_up,
    "late-to-close": late_to_close,
    "line-failure": line_failure,
    "storm": storm,
}

RHYTHM: tuple[tuple[str, tuple[float, ...]], ...] = (
    # Weight of each hour of the day, from midnight: openings in the morning, closings in the evening.
    ("opening", (0, 0, 0, 0, 0, 1, 4, 9, 10, 6, 3, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0)),
    ("closing", (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 4, 9, 10, 7, 5, 4, 3, 2)),
    ("test", (6, 6, 6, 6, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 5)),
    ("technical", (0.4,) * 24),
)


def of_the_hour(dice: random.Random, hour: int) -> str:
    """The name of an everyday scenario, as likely as it is at this hour (local time of the city)."""
    names = [name for name, _ in RHYTHM]
    return dice.choices(names, [weights[hour % 24] + 0.05 for _, weights in RHYTHM])[0]
