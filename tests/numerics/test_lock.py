"""One process holds what is written; what it leaves behind holds nobody up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from binodal.numerics.lock import Held, Lock


def test_who_comes_second_is_told_who_came_first(tmp_path: Path) -> None:
    with Lock(tmp_path / "run"), pytest.raises(Held, match=f"process {os.getpid()} on "):
        Lock(tmp_path / "run").__enter__()
    assert not [*tmp_path.iterdir()]


def test_a_lock_that_was_left_is_taken_over(tmp_path: Path) -> None:
    left = tmp_path / ".run.lock"
    left.write_text("process 1 on a host that is gone, whose name is longer than that of this one")
    with Lock(tmp_path / "run"):
        assert left.read_text().split()[1] == str(os.getpid()) and "gone" not in left.read_text()


def test_a_lock_that_was_removed_and_made_anew_is_another(tmp_path: Path) -> None:
    """The last holder removed the file between its opening and its locking here."""
    with Lock(tmp_path / "run") as first:
        (tmp_path / ".run.lock").rename(tmp_path / "elsewhere")
        with Lock(tmp_path / "run") as second:
            assert second._is_ours() and not first._is_ours()
