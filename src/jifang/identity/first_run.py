"""Whether anybody owns this installation yet, and the one-time token with which somebody may claim it."""

import hmac
import secrets
from pathlib import Path

from jifang.identity.models import Account

_owned = False


def awaited() -> bool:
    """Whether no account exists. Asked of the database only until one does: accounts are never deleted."""
    global _owned  # noqa: PLW0603
    if not _owned:
        _owned = Account.objects.exists()
    return not _owned


def forget() -> None:
    """Ask the database again; for tests, whose databases lose their accounts."""
    global _owned  # noqa: PLW0603
    _owned = False


def new_token(file: Path) -> str:
    """Make the set-up token and keep it readable by its owner only; the caller prints it on the terminal."""
    token = "-".join(secrets.token_hex(2) for _ in range(6))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(token, encoding="ascii")
    return token


def prepare(file: Path) -> None:
    """Have a set-up token ready while nobody owns the installation, the same one until it is used; none
    after."""
    if not awaited():
        file.unlink(missing_ok=True)
    elif not file.exists():
        new_token(file)


def token_fits(file: Path, given: str) -> bool:
    """Whether ``given`` is the set-up token; False also when there is none."""
    try:
        kept = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return False
    return bool(kept) and hmac.compare_digest(kept.encode(), given.strip().lower().encode())
