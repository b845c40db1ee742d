"""The `jifang` command: one table of sub-commands, each a module that is imported only when it is called.

A sub-command is a module in `jifang.project.commands` with `SUMMARY` (one line, a plain string literal),
`add_arguments(parser)` and `run(args) -> int` (the exit status).
"""

import argparse
import ast
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from jifang.project.errors import UserError

COMMANDS: dict[str, tuple[str, ...]] = {
    "Run": ("up", "web", "work", "gateway"),
    "Try": ("simulate", "decode", "encode"),
    "Look after": ("doctor", "migrate", "backup", "restore"),
    "Prove": ("ledger", "packs"),
}
PACKAGE = "jifang.project.commands"
NAMES = tuple(name for names in COMMANDS.values() for name in names)


def summary_of(name: str) -> str:
    """The SUMMARY of a command, read from its source: importing all of them would make `--help` slow."""
    spec = importlib.util.find_spec(f"{PACKAGE}.{name}")
    if spec is None or spec.origin is None:
        return "(not part of this build)"
    for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="SUMMARY")], value=ast.Constant(value=str(text))):
                return text
            case ast.AnnAssign(target=ast.Name(id="SUMMARY"), value=ast.Constant(value=str(text))):
                return text
    return ""


def overview() -> str:
    """The map of the product, as `jifang --help` prints it."""
    lines = ["usage: jifang COMMAND [...]   (jifang COMMAND --help explains one)", ""]
    for group, names in COMMANDS.items():
        lines.append(group)
        lines.extend(f"  {name:<9} {summary_of(name)}" for name in names)
        lines.append("")
    lines.append("Settings: var/jifang.toml (JIFANG_CONFIG=FILE) and JIFANG_*: docs/ref/configuration.md")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command; returns the exit status. Expected mistakes are one sentence on standard error."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if arguments else 2
    name, rest = arguments[0], arguments[1:]
    if name not in NAMES:
        print(f"jifang: no command {name!r}. The commands are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    module = importlib.import_module(f"{PACKAGE}.{name}")
    parser = argparse.ArgumentParser(prog=f"jifang {name}", description=module.SUMMARY)
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(rest)) or 0)
    except UserError as error:
        print(f"jifang {name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away (`jifang decode | head`): not an error of ours.
        sys.stderr.close()
        return 0
