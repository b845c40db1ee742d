"""Logs: one JSON object a line under `var/log`, one short line on the terminal."""

import json
import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from types import TracebackType
from zoneinfo import ZoneInfo

from jifang.project.config import Config

MAX_BYTES = 20_000_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_DIM, _RED, _YELLOW, _PLAIN = "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, process, logger, message, traceback, and whatever `extra` the caller gave."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update({name: value for name, value in vars(record).items() if name not in _STANDARD})
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    """Time in China, process, message; colour only on a terminal."""

    def __init__(self, process: str, *, colour: bool) -> None:
        super().__init__()
        self.process = process
        self.colour = colour

    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created, SHANGHAI).strftime("%H:%M:%S")
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text += f" ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        if record.levelno >= logging.WARNING:
            text = f"{record.levelname.lower()}: {text}"
        if not self.colour:
            return f"{clock} {self.process:<8} {text}"
        tone = (
            _RED if record.levelno >= logging.ERROR else _YELLOW if record.levelno >= logging.WARNING else ""
        )
        return f"{_DIM}{clock} {self.process:<8}{_PLAIN} {tone}{text}{_PLAIN if tone else ''}"


class QuietOnTerminal(logging.Filter):
    """The terminal shows what concerns the person in front of it; single requests are in the files."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR:
            return True
        if record.levelno >= logging.WARNING:
            return record.name != "django.request"
        return record.name.startswith("jifang")


def configure(config: Config, process: str) -> None:
    """Set up logging, uncaught exceptions included. A log file that cannot be written is said once."""
    root = logging.getLogger()
    root.setLevel(config.log.level.upper())
    root.handlers.clear()
    line = logging.StreamHandler(sys.stderr)
    line.setFormatter(LineFormatter(process, colour=sys.stderr.isatty()))
    line.addFilter(QuietOnTerminal())
    root.addHandler(line)
    # A full disk must not turn every log line into a traceback on the terminal.
    logging.raiseExceptions = False
    try:
        config.logs.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            config.logs / f"{process}.log",
            maxBytes=MAX_BYTES,
            backupCount=config.log.keep_files,
            encoding="utf-8",
        )
    except OSError as error:
        logging.getLogger("jifang.project").warning("no log file: %s", error)
    else:
        file.setFormatter(JsonFormatter(process))
        root.addHandler(file)
    for noisy in ("procrastinate", "_granian", "granian", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    # It reports every attempt while the database is away; those who wait for it say so once.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        logging.getLogger("jifang.project").critical("ended by an error", exc_info=(kind, error, trace))

    sys.excepthook = uncaught
