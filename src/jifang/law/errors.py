"""What is wrong with a pack: the file, the place in it, and what to do."""

from __future__ import annotations


class PackError(ValueError):
    """A pack that cannot be used. It is rejected as a whole; the last good one stays.

    ``file`` is the name within the pack, ``place`` the path of keys, ``problem`` one sentence.
    """

    def __init__(self, file: str, place: str, problem: str) -> None:
        super().__init__(file, place, problem)
        self.file = file
        self.place = place
        self.problem = problem

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}" if self.place else self.file
        return f"{where}: {self.problem}"
