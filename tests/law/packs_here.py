"""The repository's packs, read once for all tests of the law."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jifang.law.model import Pack
from jifang.law.pack import load_all

ROOT = Path(__file__).parents[2] / "packs"


@cache
def files() -> Mapping[str, Mapping[str, bytes]]:
    """Pack to name to bytes."""
    return {
        folder.name: {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for folder in sorted(ROOT.iterdir())
        if folder.is_dir()
    }


@cache
def packs() -> Mapping[str, Pack]:
    """All packs, loaded."""
    return load_all(files())
