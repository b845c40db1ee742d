"""Many panels and what happens to them: an everyday rhythm at a rate, and scenarios now and then."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from jifang.simulators.panels.panel import Panel
from jifang.simulators.panels.scenarios import SCENARIOS, Step, of_the_hour
from jifang.simulators.panels.specs import PanelSpec

SHANGHAI = timezone(timedelta(hours=8))
_STORM_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Figures:
    """What the panels did so far."""

    panels: int
    counts: dict[str, int]
    waiting: int
    latencies: tuple[float, ...]
    """Seconds from the first attempt to the acknowledgement, of all messages since the last look."""


class Fleet:
    """Runs panels. With the same seed the same things happen to the same panels in the same order."""

    def __init__(
        self,
        specs: Sequence[PanelSpec],
        *,
        seed: int = 1,
        scale: float = 1.0,
        happened: Callable[[str, PanelSpec], None] = lambda name, spec: None,
    ) -> None:
        if not specs:
            raise ValueError("specs: at least one panel is needed")
        # Dice of their own, so that neither disturbs the other's order.
        self._everyday_dice = random.Random(seed)
        self._incident_dice = random.Random(seed + 1)
        self._scale = scale
        self._happened = happened
        self.counts: Counter[str] = Counter()
        self.panels = [
            Panel(spec, self.counts, seed=seed * 1_000_003 + number, scale=scale)
            for number, spec in enumerate(specs)
        ]
        self._tasks: set[asyncio.Task[None]] = set()

    def figures(self) -> Figures:
        """The counts, and the latencies since the last look."""
        latencies: list[float] = []
        for panel in self.panels:
            if panel.latencies:
                latencies += panel.latencies
                panel.latencies = []
        waiting = sum(panel.waiting for panel in self.panels)
        return Figures(len(self.panels), dict(self.counts), waiting, tuple(latencies))

    async def run(
        self,
        *,
        rate: float = 0.0,
        scenarios: Sequence[str] = (),
        every: float = 60.0,
        seconds: float | None = None,
    ) -> None:
        """Let the panels live for ``seconds`` (None: until cancelled).

        ``rate`` everyday messages a second over all panels, by the hour of the city's day; every ``every``
        seconds one of ``scenarios`` in turn. Raises ValueError for an unknown scenario.
        """
        unknown = set(scenarios) - set(SCENARIOS)
        if unknown:
            raise ValueError(
                f"scenario: {', '.join(sorted(unknown))} unknown; known are {', '.join(SCENARIOS)}"
            )
        try:
            async with asyncio.timeout(seconds):
                async with asyncio.TaskGroup() as group:
                    for panel in self.panels:
                        group.create_task(panel.run())
                    if rate:
                        group.create_task(self._everyday(rate))
                    if scenarios:
                        group.create_task(self._incidents(scenarios, every))
        except TimeoutError:
            pass
        finally:
            for task in self._tasks:
                task.cancel()

    async def _everyday(self, rate: float) -> None:
        loop, dice = asyncio.get_running_loop(), self._everyday_dice
        due = loop.time()
        while True:
            due += dice.expovariate(rate)
            await asyncio.sleep(max(0.0, due - loop.time()))
            hour = datetime.now(SHANGHAI).hour
            self.play(of_the_hour(dice, hour), dice.choice(self.panels), dice)

    async def _incidents(self, scenarios: Sequence[str], every: float) -> None:
        number, dice = 0, self._incident_dice
        # The first one soon: who starts a demonstration waits for it.
        await asyncio.sleep(min(every, 8.0) / self._scale)
        while True:
            name = scenarios[number % len(scenarios)]
            number += 1
            if name == "storm":
                size = max(1, int(len(self.panels) * _STORM_SHARE))
                for panel in dice.sample(self.panels, size):
                    self.play(name, panel, dice)
            else:
                self.play(name, dice.choice(self.panels), dice)
            await asyncio.sleep(every * dice.uniform(0.7, 1.3) / self._scale)

    def play(self, name: str, panel: Panel, dice: random.Random) -> None:
        """Begin a scenario at a panel."""
        self.counts[f"scenario {name}"] += 1
        self._happened(name, panel.spec)
        steps = SCENARIOS[name](dice, panel.spec)
        task = asyncio.get_running_loop().create_task(self._play(panel, steps))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _play(self, panel: Panel, steps: Sequence[Step]) -> None:
        began = asyncio.get_running_loop().time()
        for step in sorted(steps, key=lambda one: one.after):
            await asyncio.sleep(
                max(0.0, began + step.after / self._scale - asyncio.get_running_loop().time())
            )
            panel.report(step)
