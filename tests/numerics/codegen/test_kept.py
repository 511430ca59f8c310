"""What is kept between processes: believed if it is the user's own, whole and of these sources."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from binodal.models.families import folders
from binodal.numerics.codegen import kept as module
from binodal.numerics.codegen.forms import Forms, sources_of
from binodal.numerics.codegen.kept import kept, sources

FORMS = "binodal.models.teacher_student.forms.action"
SOURCES = sources_of(FORMS)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("BINODAL_CACHE", raising=False)
    monkeypatch.setattr(module, "_LOADED", float("inf"))
    return tmp_path / "binodal" / "forms"


def asked(value="text", entry="entry"):
    """What is returned, and whether it had to be built."""
    calls = []
    return kept(SOURCES, [entry], lambda: calls.append(1) or value), bool(calls)


def only(folder):
    (found,) = folder.rglob("*.json")
    return found


def test_the_files_of_a_package_are_all_that_lie_below_it(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    below = ("a.py", "data/b.toml", "inner/__init__.py", "inner/deep/c.py", "__pycache__/a.pyc")
    root = tmp_path / "package_of_its_own"
    for name in ("__init__.py", *below):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    found = {
        p.relative_to(tmp_path / "package_of_its_own") for p in sources(("package_of_its_own",))
    }
    assert found == {Path("__init__.py"), *map(Path, below[:-1])}


def test_the_second_time_nothing_is_built(cache):
    assert asked({"a": ("b", 1)}) == ({"a": ["b", 1]}, True)
    assert asked("another") == ({"a": ["b", 1]}, False)
    assert asked("another", "entry of its own") == ("another", True)


def test_every_model_of_some_versions_keeps_its_entries(cache):
    """What one model keeps does not push out what another kept."""
    rooms = (f"binodal.models.{name.replace('-', '_')}.forms" for name in folders())
    versions, own = 4, [sources_of(room) for room in rooms if find_spec(room)]
    pages = [(*own[0], "json"), (*own[0], "email")]
    for packages in (*own, *pages):
        kept(packages, ["entry"], lambda: "text")
    assert len({*own}) == len(own) > 3
    for packages in (*own, *pages):
        assert kept(packages, ["entry"], lambda: "built again") == "text"
    assert versions * len(list(cache.iterdir())) <= module._CONTENTS


def test_folders_and_files_are_the_users_alone_whatever_the_mask(cache):
    before = os.umask(0)
    try:
        asked()
    finally:
        os.umask(before)
    file = only(cache)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("keep", [0, 0.5, 0.99])
def test_a_cut_entry_is_built_again_and_replaced(cache, keep):
    asked()
    file = only(cache)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * keep)])
    assert asked() == ("text", True)
    assert file.read_bytes() == content
    assert asked() == ("text", False)


def test_a_changed_entry_is_not_believed(cache):
    asked()
    file = only(cache)
    file.write_bytes(file.read_bytes().replace(b"text", b"evil"))
    assert asked() == ("text", True)


def test_an_entry_of_another_name_is_not_believed(cache):
    asked("first", "first")
    first = only(cache)
    asked("second", "second")
    (second,) = set(cache.rglob("*.json")) - {first}
    shutil.copy(first, second)
    assert asked("second", "second") == ("second", True)


@pytest.mark.parametrize("which", ["file", "folder"])
@pytest.mark.parametrize("bit", [0o020, 0o002])
def test_what_others_can_write_is_not_believed(cache, which, bit):
    asked()
    place = only(cache) if which == "file" else only(cache).parent
    place.chmod(place.stat().st_mode | bit)
    assert asked() == ("text", True)


def test_a_link_is_not_followed(cache, tmp_path):
    asked()
    file = only(cache)
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    assert asked() == ("text", True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator can give files away")
@pytest.mark.parametrize("which", ["file", "folder"])
def test_what_another_user_owns_is_not_believed(cache, which):
    asked()
    place = only(cache) if which == "file" else only(cache).parent
    os.chown(place, 12345, 12345)
    assert asked() == ("text", True)


def test_off_means_that_nothing_is_read_or_written(cache, monkeypatch):
    asked()
    monkeypatch.setenv("BINODAL_CACHE", "off")
    assert asked() == ("text", True)
    shutil.rmtree(cache)
    assert asked() == ("text", True)
    assert not cache.exists()


def test_where_nothing_can_be_written_everything_works(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert asked() == ("text", True)
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError))
    assert asked() == ("text", True)


def test_entries_of_old_sources_go(cache, monkeypatch):
    most = module._CONTENTS
    for number in range(most + 3):
        monkeypatch.setattr(module, "_content", lambda packages, n=number: f"content{n}")
        asked()
        os.utime(cache / f"content{number}", (number, number))
    assert {path.name for path in cache.iterdir()} == {f"content{n}" for n in range(3, most + 3)}


def test_sources_that_changed_under_a_running_process_are_not_kept(cache, monkeypatch):
    newest = max(path.stat().st_ctime for path in sources(SOURCES))
    monkeypatch.setattr(module, "_LOADED", newest)
    assert asked() == ("text", True) == asked()
    assert not cache.exists()


def test_a_form_is_the_same_from_the_cache_and_anew(cache, monkeypatch):
    def text():
        Forms(FORMS).balls("density")("derived")
        return json.loads(only(cache).read_text())["value"]

    first = text()
    again = Forms(FORMS).balls("density")("derived").__code__
    monkeypatch.setenv("BINODAL_CACHE", "off")
    anew = Forms(FORMS).balls("density")("derived").__code__
    assert again.co_code == anew.co_code and again.co_consts == anew.co_consts
    assert first["density"][1] == "density"


CHECKOUT = Path(__file__).resolve().parents[3]
CALL = f"""
import sys
from binodal.numerics.codegen.forms import Forms, sources_of
(value,) = Forms({FORMS!r}).balls("strength")()(*[3] * 7)
print(float(value), "sympy" in sys.modules)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the packages, older than any process that runs it."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(
        CHECKOUT / "binodal",
        root / "binodal",
        ignore=shutil.ignore_patterns("__pycache__", "report"),
    )
    return root


def run(root, cache, *, waits=True, **environment):
    command = [sys.executable, "-c", CALL]
    own = {**os.environ, "PYTHONPATH": str(root), "XDG_CACHE_HOME": str(cache), **environment}
    process = subprocess.Popen(
        command, cwd=root, env=own, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    return finished(process) if waits else process


def finished(process):
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output.split()


def test_a_warm_process_needs_no_sympy_and_a_changed_source_is_derived_anew(checkout, tmp_path):
    cold, warm = run(checkout, tmp_path), run(checkout, tmp_path)
    assert (cold[1], warm[1]) == ("True", "False")
    assert cold[0] == warm[0]
    source = checkout / "binodal/models/teacher_student/derivations/continuum.py"
    honest = source.read_text()
    head = "def strength() -> sp.Expr:"
    sevenfold = f"{head}\n    return 7 * _honest()\n\n\n{head.replace('strength', '_honest')}"
    wrong = honest.replace(head, sevenfold)
    assert wrong != honest
    source.write_text(wrong)
    changed = run(checkout, tmp_path)
    assert changed[1] == "True" and float(changed[0]) == pytest.approx(7 * float(cold[0]))
    source.write_text(honest)
    assert run(checkout, tmp_path) == warm


def test_two_processes_at_once_agree(checkout, tmp_path):
    both = [run(checkout, tmp_path, waits=False) for _ in range(2)]
    first, second = map(finished, both)
    assert first[0] == second[0] == run(checkout, tmp_path)[0]
    assert run(checkout, tmp_path, BINODAL_CACHE="off") == [first[0], "True"]
