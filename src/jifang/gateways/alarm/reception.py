"""One frame, judged: what is stored of it and what is answered. No I/O; the clock is an argument.

``jifang.protocols.dc09.judge`` knows the rules of the protocol; here the account, its path and the policies
of the listener come in.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jifang.gateways.alarm.copytext import text_cell
from jifang.gateways.alarm.directory import EMPTY, Account, Directory, Path
from jifang.gateways.alarm.items import Item, Moment, Source
from jifang.gateways.alarm.limits import OncePerMinute, RefusalBudget
from jifang.gateways.alarm.rows import event_cells, occurred_cell, refusal_row, xdata_cell
from jifang.gateways.alarm.settings import ListenerSettings
from jifang.protocols.dc09 import (
    DEFAULT_CHARSETS,
    WINDOW,
    Answer,
    Frame,
    Judgement,
    Message,
    Reason,
    TimeMode,
    acknowledge,
    judge,
    parse_frame,
    refuse_account,
    reply,
)
from jifang.protocols.dc09.frame import REPLY_TOKENS
from jifang.wire.alarm import GatewayReason

log = logging.getLogger(__name__)

# A path is written again after this time when signals come in fast; every NULL frame is written.
_TOUCH_SECONDS = 5.0
_STRANGER_SECONDS = 10.0
_NAMES = 65_536
_NO_OFFSET = timedelta(0)
_BROKEN_KEY = bytes(16)


@dataclass(slots=True)
class Counters:
    """What happened, as running sums; published with the heartbeat."""

    frames: int = 0
    bytes: int = 0
    signals: int = 0
    supervision: int = 0
    unregistered: int = 0
    refusals: int = 0
    clear_allowed: int = 0
    time_relaxed: int = 0
    dropped: int = 0
    closed_idle: int = 0
    closed_shed: int = 0
    connections_refused: int = 0


class Reception:
    """What one listener makes of frames. ``directory`` may be replaced at any time between two frames."""

    def __init__(
        self, listener: ListenerSettings, counters: Counters, budget: RefusalBudget, naks: OncePerMinute
    ) -> None:
        self.settings = listener
        self._directory: Directory = EMPTY
        self._accounts: Mapping[bytes, Account] = {}
        self._counters = counters
        self._budget = budget
        self._naks = naks
        self._names: dict[bytes, str] = {}
        self._number = listener.number
        self._refuse_unknown = listener.unknown_accounts == "refuse"
        self._prefix = "" if listener.book == "main" else f"{listener.book}/"
        self._strangers: dict[str, float] = {}
        self._relaxed: dict[int, float] = {}

    @property
    def directory(self) -> Directory:
        """Who may send, replaced as a whole when it changed."""
        return self._directory

    @directory.setter
    def directory(self, directory: Directory) -> None:
        self._directory = directory
        self._accounts = directory.books.get(self.settings.book, {})

    def receive(self, source: Source, raw: bytes, moment: Moment, ordinal: int) -> Item:
        """Judge the frame that came as the ``ordinal``-th of its connection."""
        self._counters.frames += 1
        frame = parse_frame(raw)
        item = Item(source, raw, moment, ordinal)
        item.encrypted = frame.encrypted
        name = frame.account_bytes
        if frame.fault is None and frame.token in REPLY_TOKENS:
            self._refuse(item, frame, GatewayReason.UNEXPECTED_ANSWER, Answer.NOTHING)
            return item
        accounts = self._accounts
        account = path = None
        if accounts and name:
            account = accounts.get(name) or accounts.get(name.upper())
        if account is not None and account.key is None and not frame.encrypted and not account.key_broken:
            # By far the most frames: clear ones of accounts without a key.
            judgement = judge(frame, now=moment.at)
        else:
            judgement = self._judge(frame, account, moment)
        message = judgement.message
        if not name and message is not None and message.account_bytes:
            # The header has no account; the one in the data decides, as far as no key is needed to read it.
            name = message.account_bytes
            if accounts and judgement.valid and not frame.encrypted:
                account = accounts.get(name.upper())
                if account is not None:
                    judgement = self._judge(frame, account, moment)
        item.account_cell = self._names.get(name) or self._name(name) if name else self._prefix
        if account is None and self._refuse_unknown and judgement.valid is not False:
            judgement = refuse_account(judgement)
        if not judgement.valid or message is None:
            answer = judgement.answer
            if judgement.reason is Reason.WRONG_KEY and not self._naks.allows(
                item.account_cell or source.peer, moment.mono
            ):
                answer = Answer.NOTHING
            reason = judgement.reason or Reason.MALFORMED
            self._refuse(item, frame, reason, answer, detail=_about(judgement, moment.at), account=account)
            return item
        self._prepare_answer(item, frame, judgement.answer, account)
        if account is None:
            self._see_stranger(item, moment.mono)
        else:
            path = account.path_of(self._number, frame.receiver, frame.line)
            if path is not None and (
                frame.token == b"NULL" or moment.mono - path.written_at >= _TOUCH_SECONDS
            ):
                path.written_at = moment.mono
                item.path = path
        if frame.token == b"NULL":
            self._counters.supervision += 1
            return item
        if judgement.reason is not None:
            # Taken, but remarkable (a key exchange that we do not speak): shown beside the refusals.
            item.refusal = refusal_row(
                item,
                reason=judgement.reason.value,
                account=item.account_cell,
                account_id=account.id if account else None,
            )
        self._make_rows(item, frame, message, account, path)
        return item

    def _judge(self, frame: Frame, account: Account | None, moment: Moment) -> Judgement:
        at = moment.at
        if account is None:
            return judge(frame, now=at, key=self._listener_key(frame))
        key = account.key
        if key is None:
            if account.key_broken and not frame.encrypted:
                key = _BROKEN_KEY
            elif not account.key_broken:
                key = self._listener_key(frame)
                if key is None:
                    return judge(frame, now=at)
        relaxed = account.time.mode is not TimeMode.WINDOW and frame.encrypted
        allowed = not frame.encrypted and moment.wall < account.clear_until
        judgement = judge(frame, now=at, key=key, time=account.time, refuse_clear=not allowed)
        if judgement.valid and (relaxed or allowed):
            what = "clear frame allowed" if allowed else f"time {account.time.mode}"
            self._note_relaxation(account, what, moment.mono)
        return judgement

    def _listener_key(self, frame: Frame) -> bytes | None:
        """The listener's own key, for encrypted frames; it does not forbid clear ones."""
        return self.directory.listener_keys.get(self._number) if frame.encrypted else None

    def _note_relaxation(self, account: Account, what: str, now: float) -> None:
        """Every use of a relaxed rule is counted, and said once an hour for each account."""
        if what.startswith("clear"):
            self._counters.clear_allowed += 1
        else:
            self._counters.time_relaxed += 1
        if now - self._relaxed.get(account.id, -3600.0) >= 3600.0:
            self._relaxed[account.id] = now
            log.warning("account %s: %s by its settings", account.number, what)

    def _prepare_answer(self, item: Item, frame: Frame, answer: Answer, account: Account | None) -> None:
        if not frame.encrypted and answer is Answer.ACK:
            item.answer = acknowledge(frame)
            return
        key = account.key if account is not None and account.key is not None else self._listener_key(frame)
        item.answer = None
        item.sealing = (frame, answer, key or b"")

    def _see_stranger(self, item: Item, now: float) -> None:
        self._counters.unregistered += 1
        name = item.account_cell
        if now - self._strangers.get(name, -_STRANGER_SECONDS) < _STRANGER_SECONDS:
            return
        if len(self._strangers) > 10_000:
            self._strangers.clear()
        self._strangers[name] = now
        item.sighting = (self._number, name)

    def _make_rows(
        self, item: Item, frame: Frame, message: Message, account: Account | None, path: Path | None
    ) -> None:
        if account is None:
            cells, offset = "\\N\t\\N\t\\N", _NO_OFFSET
            charsets: tuple[str, ...] = DEFAULT_CHARSETS
        else:
            cells, charsets = account.cells if path is None else path.cells, account.charsets
            offset = account.time.offset if account.time is not WINDOW else _NO_OFFSET
        head = f"{item.moment.cell}\t{item.source.ident}\t{item.ordinal}\t{cells}\t"
        occurred = occurred_cell(message.stamp, offset) if message.stamp else "\\N"
        name = item.account_cell
        flags = f"{'t' if frame.encrypted else 'f'}\t{'t' if account is None else 'f'}\t{name}\tdc09"
        raw = "\\\\x" + frame.raw.hex()
        sequence = int(frame.sequence)
        events = event_cells(message, charsets)
        rows = ""
        for index, (numbers, meaning, panel_time) in enumerate(events):
            extra = xdata_cell(message.xdata, charsets, panel_time) if message.xdata or panel_time else "\\N"
            rows += (
                f"{head}{occurred}\t{numbers}\t{sequence}\t{self._number}\t{index}\t{flags}\t{meaning}"
                f"\t{extra}\t{raw}\n"
            )
            raw = "\\N"
        item.rows = rows
        item.key = (message.digest(), name, sequence)
        self._counters.signals += len(events)

    def _name(self, name: bytes) -> str:
        """The account as it is stored, remembered."""
        if len(self._names) >= _NAMES:
            self._names.clear()
        cell = self._names[name] = text_cell(self._prefix + name.decode("ascii", "backslashreplace"))
        return cell

    def cut_off(self, source: Source, raw: bytes, moment: Moment) -> Item:
        """Bytes that never became a frame because the connection ended."""
        item = Item(source, raw, moment, 0)
        self._refuse(item, parse_frame(raw), GatewayReason.CUT_OFF, Answer.NOTHING)
        return item

    def _refuse(
        self,
        item: Item,
        frame: Frame,
        reason: Reason | GatewayReason,
        answer: Answer,
        *,
        detail: str = "",
        account: Account | None = None,
    ) -> None:
        self._counters.refusals += 1
        if answer is not Answer.NOTHING:
            item.answer = reply(frame, answer, now=item.moment.at)
        repeats = self._budget.take(item.source.peer.rpartition(":")[0], reason.value, item.moment.mono)
        if repeats is None:
            return
        item.refusal = refusal_row(
            item,
            reason=reason.value,
            account=item.account_cell
            or text_cell((frame.account_bytes or b"").decode("ascii", "backslashreplace")),
            account_id=account.id if account else None,
            detail=detail,
            repeats=repeats,
        )


def _about(judgement: Judgement, at: datetime) -> str:
    """What the support engineer needs besides the reason: how far the clock is off."""
    message = judgement.message
    if (
        judgement.reason is Reason.TIMESTAMP_OUTSIDE_WINDOW
        and message is not None
        and message.timestamp is not None
    ):
        return f"{(message.timestamp - at).total_seconds():+.0f} s"
    return ""
