"""Counting attempts: one window, shared by all processes."""

from datetime import timedelta

from jifang.identity.throttle import forget_old, wait_for
from tests.fixtures import AT


def test_the_limit_holds_within_the_window_and_not_beyond(db: None) -> None:
    answers = [wait_for("k", limit=3, seconds=60, at=AT + timedelta(seconds=n)) for n in range(5)]
    assert answers == [0, 0, 0, 58, 57]
    assert wait_for("k", limit=3, seconds=60, at=AT + timedelta(seconds=60)) == 0


def test_keys_do_not_share_a_window(db: None) -> None:
    assert wait_for("a", limit=1, seconds=60, at=AT) == 0
    assert wait_for("b", limit=1, seconds=60, at=AT) == 0
    assert wait_for("a", limit=1, seconds=60, at=AT) > 0


def test_old_windows_are_forgotten(db: None) -> None:
    wait_for("old", limit=1, seconds=60, at=AT)
    wait_for("new", limit=1, seconds=60, at=AT + timedelta(days=2))
    assert forget_old(at=AT + timedelta(days=2)) == 1
