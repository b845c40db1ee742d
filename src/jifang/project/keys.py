"""Secrets of an installation: files under `var/keys`, readable by their owner only, never in a backup."""

import os
import secrets
from pathlib import Path

from jifang.kernel.sealing import KeyRing, SealError, generate_key
from jifang.project.errors import UserError

README = """\
These files are the secrets of this installation. They are in no backup.

Keep a copy on another medium in a safe place: without seal.ring the panel keys and second factors in a backup
cannot be read, without backup.key no backup can be opened at all.
"""


def directory(keys: Path) -> Path:
    """Make the directory of secrets (0700) if it is missing; returns it."""
    if not keys.is_dir():
        keys.mkdir(parents=True, mode=0o700)
        keys.chmod(0o700)
        (keys / "README.txt").write_text(README, encoding="utf-8")
    return keys


def write_private(file: Path, content: bytes) -> None:
    """Write `file` so that it is either complete and 0600 or not there at all."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)


def _once(file: Path, content: bytes) -> bytes:
    """The content of `file`, which is made with `content` when it is missing; two makers agree on one."""
    directory(file.parent)
    if not file.exists():
        fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        write_private(fresh, content)
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        return file.read_bytes()
    except PermissionError as error:
        raise UserError(f"{file} cannot be read by this user; run jifang as the user who owns it.") from error


def key(keys: Path, name: str, size: int = 32) -> bytes:
    """The random secret `name` (`size` bytes), made when first asked for; UserError for a damaged one."""
    file = keys / f"{name}.key"
    try:
        value = bytes.fromhex(_once(file, secrets.token_bytes(size).hex().encode()).decode("ascii").strip())
    except ValueError as error:
        raise UserError(f"{file} is damaged (not hexadecimal); put back your copy of it.") from error
    if len(value) != size:
        raise UserError(
            f"{file} is damaged ({len(value)} bytes instead of {size}); put back your copy of it."
        )
    return value


def ring(keys: Path, name: str) -> KeyRing:
    """The key ring `name`, made with one key when it is first asked for; UserError for a damaged one."""
    file = keys / f"{name}.ring"
    try:
        return KeyRing.parse(_once(file, KeyRing({"k1": generate_key()}).content()))
    except SealError as error:
        raise UserError(f"{file} is damaged: {error} Put back your copy of it.") from error
