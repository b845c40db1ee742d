"""Simulated panels dial as DC-09 panels do: retry, poll, encrypt, correct their clock, use their paths."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from jifang.protocols.dc09 import Answer, acknowledge, judge, nak, parse_frame, reply
from jifang.simulators.panels import (
    SCENARIOS,
    Fleet,
    Panel,
    PanelPath,
    PanelSpec,
    Step,
    invented,
    read_panels,
)
from jifang.simulators.panels.scenarios import of_the_hour

KEY = bytes(range(16))
Behaviour = Callable[[bytes, int], bytes]


class Receiver:
    """A receiver on a socket; ``behave`` makes the answer to the n-th frame, ``b""`` for silence."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.frames: list[bytes] = []
        self.port = 0

    async def __aenter__(self) -> "Receiver":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                frame = await reader.readuntil(b"\r")
                self.frames.append(frame)
                writer.write(self.behave(frame, len(self.frames)))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def good(frame: bytes, number: int) -> bytes:
    return acknowledge(parse_frame(frame))


def sealed(frame: bytes, number: int) -> bytes:
    return reply(parse_frame(frame), Answer.ACK, now=datetime.now(UTC), key=KEY)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())  # type: ignore[arg-type]


def spec(port: int, *, key: bytes | None = None, offset: float = 0.0, interval: float = 0.0) -> PanelSpec:
    return PanelSpec("A001", (PanelPath("127.0.0.1", port, interval=interval),), key, clock_offset=offset)


async def report(panel: Panel, condition: Callable[[], bool]) -> None:
    """Let a panel report a burglary until the condition holds."""
    task = asyncio.create_task(panel.run())
    panel.report(Step(0, "130", "1", "BA", 1, 5))
    await until(condition)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_a_message_is_sent_again_with_its_sequence_until_acknowledged() -> None:
    async def work() -> None:
        async with Receiver(lambda frame, number: good(frame, number) if number >= 3 else b"") as receiver:
            figures: Counter[str] = Counter()
            panel = Panel(spec(receiver.port), figures, scale=200)
            await report(panel, lambda: figures["acknowledged"] == 1)
            assert len({parse_frame(frame).sequence for frame in receiver.frames}) == 1
            assert figures["repeated"] == 2

    run(work)


def test_after_three_attempts_the_next_path_is_tried() -> None:
    async def work() -> None:
        async with Receiver(lambda frame, number: b"") as dead, Receiver(good) as alive:
            paths = tuple(PanelPath("127.0.0.1", one.port, interval=0) for one in (dead, alive))
            figures: Counter[str] = Counter()
            panel = Panel(PanelSpec("A001", paths), figures, scale=200)
            await report(panel, lambda: figures["acknowledged"] == 1)
            assert (len(dead.frames), len(alive.frames)) == (3, 1)

    run(work)


def test_a_nak_sets_the_clock() -> None:
    def behave(frame: bytes, number: int) -> bytes:
        judgement = judge(parse_frame(frame), now=datetime.now(UTC), key=KEY)
        return nak(datetime.now(UTC)) if judgement.answer is Answer.NAK else sealed(frame, number)

    async def work() -> None:
        async with Receiver(behave) as receiver:
            figures: Counter[str] = Counter()
            panel = Panel(spec(receiver.port, key=KEY, offset=-3600), figures, scale=50)
            await report(panel, lambda: figures["acknowledged"] == 1)
            assert figures["clock_set"] == 1
            stamps = [
                judge(parse_frame(frame), now=None, key=KEY).message.timestamp  # type: ignore[union-attr]
                for frame in receiver.frames
            ]
            assert stamps[1] - stamps[0] > timedelta(minutes=59)  # type: ignore[operator]

    run(work)


def test_a_duh_ends_the_message() -> None:
    def refuse(frame: bytes, number: int) -> bytes:
        return reply(parse_frame(frame), Answer.DUH, now=datetime.now(UTC))

    async def work() -> None:
        async with Receiver(refuse) as receiver:
            figures: Counter[str] = Counter()
            await report(Panel(spec(receiver.port), figures, scale=200), lambda: figures["duh"] == 1)
            assert len(receiver.frames) == 1

    run(work)


def test_a_quiet_panel_polls() -> None:
    async def work() -> None:
        async with Receiver(good) as receiver:
            figures: Counter[str] = Counter()
            task = asyncio.create_task(Panel(spec(receiver.port, interval=0.05), figures).run())
            await until(lambda: len(receiver.frames) >= 3)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert {parse_frame(frame).token for frame in receiver.frames} == {b"NULL"}
            assert {parse_frame(frame).sequence for frame in receiver.frames} == {b"0000"}

    run(work)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
@pytest.mark.parametrize("scheme", ["CID", "SIA"])
def test_every_step_of_every_scenario_is_a_frame_with_a_known_code(name: str, scheme: str) -> None:
    known = invented(2, host="127.0.0.1", port=1, seed=3)[0]
    panel_spec = PanelSpec(known.account, known.paths, scheme="SIA" if scheme == "SIA" else "CID")

    async def work() -> None:
        async with Receiver(good) as receiver:
            own = PanelSpec(
                panel_spec.account,
                (PanelPath("127.0.0.1", receiver.port, interval=0),),
                scheme=panel_spec.scheme,
            )
            figures: Counter[str] = Counter()
            steps = [step for step in SCENARIOS[name](random.Random(5), own) if not step.offline]
            panel = Panel(own, figures)
            task = asyncio.create_task(panel.run())
            for step in steps:
                panel.report(step)
            await until(lambda: figures["acknowledged"] == len(steps))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            for frame in receiver.frames:
                judgement = judge(parse_frame(frame), now=None)
                assert judgement.valid
                assert judgement.message is not None
                for event in judgement.message.events:
                    assert event.event_class != "unknown", event

    run(work)


def test_a_burglary_crosses_two_zones_and_is_restored() -> None:
    for seed in range(20):
        steps = SCENARIOS["burglary"](random.Random(seed), spec(1))
        alarms = [step for step in steps if step.cid == "130" and step.qualifier == "1"]
        restores = {step.number for step in steps if step.qualifier == "3"}
        assert len({step.number for step in alarms}) == 2
        assert restores == {step.number for step in alarms}


def test_a_dead_line_is_longer_than_any_supervision_of_its_interval() -> None:
    own = spec(1, interval=60)
    for seed in range(20):
        gone, *_ = SCENARIOS["line-failure"](random.Random(seed), own)
        assert gone.offline > 2 * 60 + 30


def test_the_same_seed_gives_the_same_events() -> None:
    def play(seed: int) -> list[tuple[str, str]]:
        happened: list[tuple[str, str]] = []
        fleet = Fleet(
            invented(5, host="127.0.0.1", port=1, interval=0),
            seed=seed,
            scale=1e6,
            happened=lambda name, panel: happened.append((name, panel.account)),
        )

        async def work() -> None:
            task = asyncio.create_task(fleet.run(scenarios=("burglary", "hold-up", "storm"), every=1.0))
            await until(lambda: len(happened) >= 12)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        run(work)
        return happened[:12]

    assert play(7) == play(7)
    assert play(7) != play(8)


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(ValueError, match="earthquake unknown; known are"):
        asyncio.run(Fleet([spec(1)]).run(scenarios=("earthquake",)))


def test_the_rhythm_opens_in_the_morning_and_closes_in_the_evening() -> None:
    dice = random.Random(1)
    morning = Counter(of_the_hour(dice, 8) for _ in range(500))
    evening = Counter(of_the_hour(dice, 18) for _ in range(500))
    assert morning["opening"] > 10 * morning["closing"]
    assert evening["closing"] > 10 * evening["opening"]


def test_panels_are_read_from_json_and_csv() -> None:
    by_json = read_panels(
        "p.json", b'[{"account": "A1", "key": "000102030405060708090a0b0c0d0e0f", "zones": [1, 2]}]'
    )
    by_csv = read_panels("p.csv", b"account,key,zones\r\nA1,000102030405060708090a0b0c0d0e0f,1 2\r\n")
    assert by_json == by_csv
    assert by_json[0].key == KEY
    assert [zone.hold_up for zone in by_json[0].zones] == [False, True]


def test_a_wrong_row_is_named() -> None:
    with pytest.raises(ValueError, match="row 2: key: 32, 48 or 64"):
        read_panels("p.csv", b"account,key\nA1,\nA2,zz\n")
