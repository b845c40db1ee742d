"""Secrets are files that only their owner reads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jifang.project import keys
from jifang.project.errors import UserError


def test_a_key_is_made_once_and_private(tmp_path: Path) -> None:
    directory = tmp_path / "keys"
    first = keys.key(directory, "django", 48)
    assert keys.key(directory, "django", 48) == first
    assert len(first) == 48
    assert directory.stat().st_mode & 0o777 == 0o700
    assert (directory / "django.key").stat().st_mode & 0o777 == 0o600


def test_all_who_ask_at_once_get_the_same(tmp_path: Path) -> None:
    keys.directory(tmp_path / "keys")
    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(lambda _: keys.key(tmp_path / "keys", "one"), range(16)))
    assert len(got) == 1
    assert [file.name for file in (tmp_path / "keys").glob("*.key*")] == ["one.key"]


@pytest.mark.parametrize("content", ["not hex", "abcd"])
def test_a_damaged_key_is_named(tmp_path: Path, content: str) -> None:
    keys.directory(tmp_path / "keys")
    (tmp_path / "keys" / "one.key").write_text(content, encoding="ascii")
    with pytest.raises(UserError, match=r"one\.key is damaged .* put back your copy"):
        keys.key(tmp_path / "keys", "one")


def test_a_ring_opens_what_it_sealed(tmp_path: Path) -> None:
    sealed = keys.ring(tmp_path / "keys", "seal").seal(b"panel key", context="account:1")
    assert keys.ring(tmp_path / "keys", "seal").unseal(sealed, context="account:1") == b"panel key"
    (tmp_path / "keys" / "seal.ring").write_text("k1 short\n", encoding="ascii")
    with pytest.raises(UserError, match=r"seal\.ring is damaged"):
        keys.ring(tmp_path / "keys", "seal")
