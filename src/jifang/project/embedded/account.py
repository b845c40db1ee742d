"""PostgreSQL refuses to run as root: which account runs it instead, and what that account can reach."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jifang.project.errors import UserError

NAME = "jifang-db"


@dataclass(frozen=True)
class Account:
    """An unprivileged account. `uid` None: the one that runs this process."""

    uid: int | None = None
    gid: int | None = None

    def popen_arguments(self) -> dict[str, Any]:
        """What `subprocess.Popen` needs to run a program as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def take(self, path: Path, mode: int = 0o700) -> Path:
        """Make the directory `path` belong to this account."""
        path.mkdir(parents=True, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)
        return path

    def can_enter(self, path: Path) -> bool:
        """Whether this account reaches the existing directory `path`."""
        test = ["test", "-x", str(path), "-a", "-r", str(path)]
        return subprocess.run(test, check=False, cwd="/", **self.popen_arguments()).returncode == 0

    def can_run(self, command: Sequence[str]) -> bool:
        """Whether this account can execute `command` (given with an argument that does nothing)."""
        try:
            done = subprocess.run(
                command,
                check=False,
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **self.popen_arguments(),
            )
        except PermissionError:
            return False
        return done.returncode == 0


def _known(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def for_database() -> Account:
    """The account that runs PostgreSQL: this one, or, for root, `jifang-db`, made when it is missing."""
    if os.geteuid() != 0:
        return Account()
    if account := _known(NAME):
        return account
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if useradd is None:
        raise UserError(
            "PostgreSQL does not run as root, and there is no `useradd` to make an account for it:"
            " start jifang as an ordinary user, or set JIFANG_DATABASE_URL."
        )
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    made = subprocess.run([useradd, *options, NAME], check=False, capture_output=True, text=True, cwd="/")
    account = _known(NAME)
    if account is None:
        raise UserError(
            f"PostgreSQL does not run as root, and the account {NAME} could not be made"
            f" ({made.stderr.strip()}): start jifang as an ordinary user, or set JIFANG_DATABASE_URL."
        )
    return account
