"""Files below a folder, and which of them are not what they were."""

from __future__ import annotations

from pathlib import Path

from binodal.numerics.disk import damage, file_digest, files_below


def test_files_are_named_from_their_folder_and_folders_are_not(tmp_path: Path) -> None:
    (tmp_path / "b" / "empty").mkdir(parents=True)
    for name in ("b/two", "one"):
        (tmp_path / name).write_text(name)
    assert list(files_below(tmp_path)) == ["b/two", "one"]
    seals = {name: file_digest(tmp_path / name) for name in files_below(tmp_path)}
    assert damage(tmp_path, seals) == []
    (tmp_path / "one").write_text("another")
    assert damage(tmp_path, seals) == ["one"]
