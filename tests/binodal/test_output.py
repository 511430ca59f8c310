"""Files appear whole or not at all; progress is for people at terminals."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from binodal.errors import RequestError
from binodal.output import replacing, require_folder, require_writable, write_text
from binodal.progress import Progress


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ValueError), replacing(path) as temporary:
        temporary.write_text("half")
        raise ValueError
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"] and path.read_text() == "old"


def test_a_new_file_has_the_usual_permissions(tmp_path):
    write_text(tmp_path / "a.txt", "x")
    (tmp_path / "b.txt").write_text("x")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_text(require_writable(tmp_path / "link.txt"), "new")
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "real.txt").read_text() == "new"


def test_devices_pipes_and_folders_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (Path(os.devnull), tmp_path / "pipe", tmp_path, tmp_path / "none" / "a.txt"):
        with pytest.raises(RequestError):
            require_writable(path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(RequestError):
        require_folder(tmp_path / "file" / "deep")
    assert require_folder(tmp_path / "new" / "deep").is_dir()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "step", "speaks"),
    [(Terminal(), 1.0, True), (Terminal(), 0.1, False), (io.StringIO(), 1.0, False)],
)
def test_progress_speaks_on_a_terminal_after_two_seconds(stream, step, speaks):
    clock = iter(step * k for k in range(100))
    with Progress("sweep", 10, stream, lambda: next(clock)) as progress:
        for _ in range(10):
            progress.advance()
    text = stream.getvalue()
    assert bool(text) == speaks
    if speaks:
        assert "sweep: 5/10, about 5 s left" in text
        assert "\n" not in text and text.endswith("\r")
