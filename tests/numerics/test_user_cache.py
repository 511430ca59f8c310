"""The user's cache: a folder of the user alone, and files that nobody else can have written."""

from __future__ import annotations

import pytest

from binodal.numerics.user_cache import own, read_private, user_cache


def test_where_it_is(tmp_path, monkeypatch):
    monkeypatch.delenv("BINODAL_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache() == tmp_path / "binodal"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_cache() == tmp_path / ".cache" / "binodal"
    monkeypatch.setenv("BINODAL_CACHE", "off")
    assert user_cache() is None


def test_a_folder_of_the_user_alone_is_made_and_given_back(tmp_path):
    place = tmp_path / "a" / "b"
    assert own(place) == place and place.stat().st_mode & 0o777 == 0o700
    assert own(place) == place and list(place.iterdir()) == []
    place.chmod(0o770)
    with pytest.raises(PermissionError):
        own(place)


def test_a_file_that_others_can_write_or_that_is_none_is_not_read(tmp_path):
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"text")
    file.chmod(0o600)
    link.symlink_to(file)
    assert read_private(file) == b"text"
    assert read_private(link) is read_private(tmp_path) is read_private(tmp_path / "no") is None
    file.chmod(0o620)
    assert read_private(file) is None
