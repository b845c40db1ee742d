"""`jifang ledger`: what proves the records, also to somebody who has nothing but files.

`verify` needs neither database nor settings. Actions that read the stored log stand in ``STORED``: their
module is imported only when they are called.
"""

import argparse
import gettext
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from jifang.kernel.errors import gettext_noop
from jifang.ledger.bundle_reader import origin_of
from jifang.ledger.errors import BundleError, NoteError
from jifang.ledger.note import VerifierKey
from jifang.ledger.verify import Report, verify_bundle

SUMMARY = "verify, export and checkpoint the log of decisions and of looks at protected data"

PROVED, REFUTED, UNREADABLE = 0, 1, 2
LOCALE = Path(__file__).resolve().parents[2] / "locale"

STORED: dict[str, tuple[str, str]] = {
    "export": ("write a bundle of entries with their proofs", "jifang.project.stored_ledger.export"),
    "checkpoint": ("sign where the log stands, and print it", "jifang.project.stored_ledger.checkpoint"),
    "key": ("print the public key", "jifang.project.stored_ledger.key"),
}
"""Action -> its one line of help and its module with ``add_arguments(parser)`` and ``run(args) -> int``."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions below `jifang ledger`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser(
        "verify",
        help="check a bundle with a public key, offline",
        description="Check a bundle with a public key, offline. Status: 0 proved, 1 refuted, 2 unreadable.",
    )
    verify.add_argument("bundle", metavar="BUNDLE", help="the bundle file, - for standard input")
    verify.add_argument(
        "--key",
        required=True,
        metavar="KEY",
        help="the log's public key: a file (verifier key or PEM), or NAME+ID+BASE64 itself",
    )
    verify.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint deposited outside the log (repeat for several): shows a log cut off or rewritten",
    )
    verify.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    for name, (summary, _) in STORED.items():
        # Its own parser reads the arguments later: to this one even "--help" is just a word.
        stored = actions.add_parser(name, help=summary, add_help=False, prefix_chars="\0")
        stored.add_argument("rest", nargs="*")


def run(args: argparse.Namespace) -> int:
    """Do one action; returns the exit status."""
    if args.action in STORED:
        return _stored(args.action, args.rest)
    return _verify(args)


def _stored(action: str, rest: list[str]) -> int:
    summary, name = STORED[action]
    module = importlib.import_module(name)
    parser = argparse.ArgumentParser(prog=f"jifang ledger {action}", description=summary)
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(rest)) or 0)


def _verify(args: argparse.Namespace) -> int:
    translate = _translator(os.environ)
    try:
        content = _bytes(args.bundle)
        key = _key(args.key, content)
        deposited = [_bytes(name).decode() for name in args.checkpoint]
        report = verify_bundle(content, key, deposited)
    except (BundleError, NoteError) as error:
        return _unreadable(error.text(translate))
    except OSError as error:
        return _unreadable(f"{error.filename}: {error.strerror}")
    except UnicodeDecodeError:
        return _unreadable(translate(gettext_noop("A checkpoint file is not text.")))
    print(_as_json(report) if args.json else _as_lines(report, translate))
    return PROVED if report.ok else REFUTED


def _as_lines(report: Report, translate: Callable[[str], str]) -> str:
    lines = [f"{line.outcome:<5} {line.text(translate)}" for line in report.lines]
    verdict = gettext_noop("PROVED") if report.ok else gettext_noop("NOT PROVED")
    return "\n".join([*lines, translate(verdict)])


def _as_json(report: Report) -> str:
    lines = [{"outcome": str(line.outcome), "text": line.text()} for line in report.lines]
    return json.dumps({"proved": report.ok, "lines": lines}, ensure_ascii=False)


def _unreadable(message: str) -> int:
    print(f"jifang ledger verify: {message}", file=sys.stderr)
    return UNREADABLE


def _bytes(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _key(given: str, bundle: bytes) -> VerifierKey:
    """A key given as text or as a file; a PEM file does not name its log, so the bundle's origin does."""
    if given.count("+") >= 2 and not Path(given).exists():
        return VerifierKey.parse(given)
    content = Path(given).read_bytes()
    if content.lstrip().startswith(b"-----BEGIN"):
        return VerifierKey.from_pem(content, origin_of(bundle))
    return VerifierKey.parse(content.decode("utf-8", "replace"))


def _translator(environment: "os._Environ[str]") -> Callable[[str], str]:
    """The terminal's language: Chinese when the locale says so, else English."""
    language = next((environment[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(k)), "")
    if not language.startswith("zh"):
        return str
    return gettext.translation("django", LOCALE, ["zh_Hans"], fallback=True).gettext
