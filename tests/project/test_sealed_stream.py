"""Backups are encrypted in chunks: whole, cut, swapped, altered, and under another key."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.project.backups import sealed_stream
from jifang.project.backups.sealed_stream import SealedStreamError, read_header, seal, unseal

KEY = bytes(range(32))


def sealed(content: bytes, about: dict[str, str] | None = None) -> bytes:
    target = io.BytesIO()
    assert seal(io.BytesIO(content), target, KEY, about or {}) == len(content)
    return target.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(content), key))


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1000])
def test_what_was_sealed_opens(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(sealed_stream, "CHUNK", 100)
    content = bytes(number % 251 for number in range(size))
    assert opened(sealed(content)) == content


def test_a_source_that_gives_little_at_a_time_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_stream, "CHUNK", 100)

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(7, size or 0))

    target = io.BytesIO()
    seal(Slow(b"x" * 1000), target, KEY, {})
    assert b"".join(unseal(Slow(target.getvalue()), KEY)) == b"x" * 1000


def test_the_header_can_be_read_without_the_key() -> None:
    about, _ = read_header(io.BytesIO(sealed(b"x", {"made_at": "2026-11-22"})))
    assert about["made_at"] == "2026-11-22"


@settings(max_examples=60)
@given(st.data())
def test_any_change_is_noticed(data: st.DataObject) -> None:
    content = sealed(b"evidence" * 10)
    at = data.draw(st.integers(0, len(content) - 1))
    altered = content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :]
    with pytest.raises(SealedStreamError):
        opened(altered)


def test_a_file_cut_between_chunks_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_stream, "CHUNK", 100)
    content = sealed(b"x" * 300)
    with pytest.raises(SealedStreamError, match="cut off or damaged"):
        opened(content[: -(100 + 16)])


def test_swapped_chunks_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_stream, "CHUNK", 100)
    content = sealed(bytes(range(250)) + b"y" * 50)
    head, body = content[: -3 * 116], content[-3 * 116 :]
    with pytest.raises(SealedStreamError):
        opened(head + body[116:232] + body[:116] + body[232:])


def test_another_key_is_named() -> None:
    with pytest.raises(SealedStreamError, match="another backup key"):
        opened(sealed(b"x"), bytes(32))


@pytest.mark.parametrize(
    "content", [b"", b"PGDMP", b"JIFANG BACKUP 1\n\xff\xff\xff\xff", b"JIFANG BACKUP 1\n\0\0\0\x02[]"]
)
def test_something_else_is_no_backup(content: bytes) -> None:
    with pytest.raises(SealedStreamError):
        opened(content)
