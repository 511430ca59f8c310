"""What a module depends on: against the syntax trees, and for files that change."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from binodal.models.registry import model, names
from binodal.numerics import sources
from binodal.numerics.sources import closure, content, every_module, loads, references
from tests.repo.imports import import_graph, modules

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "__init__.py": "",
    "chapter.py": "from studied import near\n\n\ndef late():\n    from studied.far import thing\n",
    "near.py": "if TYPE_CHECKING:\n    from studied import types\n\nFORMS = 'x'\n",
    "far.py": 'NAMED = "studied.named"\nfrom studied.inner import (\n    table,  # of data\n)\n',
    "named.py": "",
    "types.py": "",
    "other.py": "",
    "inner/__init__.py": "",
    "inner/table.py": "",
    "inner/stored/row.json": "1",
    "data.json": "2",
}


def forget():
    for known in (content, references, sources.file_of, sources._data, sources._folder):
        known.cache_clear()


@pytest.fixture
def studied(tmp_path, monkeypatch):
    """A package that nobody has imported, whose files can change."""
    for name, text in FILES.items():
        path = tmp_path / "studied" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    forget()
    yield tmp_path / "studied"
    forget()


def test_imports_are_those_of_the_syntax_trees():
    known, early = modules(ROOT), import_graph(ROOT)
    assert every_module() == set(known)
    for module, loaded in import_graph(ROOT, late=True).items():
        if sources._ABILITIES.fullmatch(module):
            loaded = early[module]
        assert loaded & set(known) <= references(module) | {module}, module


def test_a_closure_follows_late_imports_and_strings_and_not_types(studied):
    names = ("chapter", "near", "far", "named", "inner", "inner.table")
    assert closure("studied.chapter") == {"studied", *(f"studied.{name}" for name in names)}
    with pytest.raises(LookupError, match=r"studied\.nowhere has no file"):
        closure("studied.nowhere")


@pytest.mark.parametrize("name", FILES)
def test_the_content_is_that_of_what_it_depends_on(studied, name):
    before = content("studied.chapter")
    (studied / name).write_text(FILES[name] + "\n")
    assert content("studied.chapter") == before
    forget()
    assert (content("studied.chapter") == before) is (name in ("types.py", "other.py"))


def test_versions_of_libraries_count(studied, monkeypatch):
    before = content("studied.chapter", libraries=("sympy",))
    assert content("studied.chapter") != before
    forget()
    monkeypatch.setattr(sources, "version", lambda name: "0.1")
    assert content("studied.chapter", libraries=("sympy",)) != before


def test_a_package_that_a_name_chooses_from_is_there_as_a_whole():
    assert {"binodal.commands.solve", "binodal.commands.cite"} <= references("binodal.cli")


def _first():
    from binodal.numerics.balls import ball

    return ball


def _second():
    return [_first() for _ in (1, 2)]


def test_loads_follows_the_functions_beside_it():
    assert loads(_second) == {"binodal.numerics.balls"}
    assert loads(None) == loads(partial(print)) == set()
    assert loads(partial(print, "text", _second)) == loads(_second)


def test_loads_asks_what_names_its_modules():
    """A method leads to what it belongs to, and that names modules or has functions of its own."""

    class There:
        modules = frozenset({"binodal.numerics.balls"})

        def of(self, *given):
            return given

    assert loads(There()) == loads(There().of) == loads(partial(There().of, 1)) == There.modules
    assert loads(partial(print, There())) == There.modules


@pytest.mark.parametrize("name", names())
def test_answers_of_a_model_depend_on_its_solvers(name):
    """What is kept of a report goes when a solver, the network or a derivation changes."""
    of = model(name)
    needed = [of.derivations, *(limit.solve for limit in of.limits.values())]
    assert all(any(of.name.split("[")[0].replace("-", "_") in m for m in loads(f)) for f in needed)


def test_abilities_are_left_to_those_who_ask():
    assert "binodal.models.modular.network.network" not in closure("binodal.models.registry")
    assert "binodal.models.modular.parameters" in closure("binodal.models.registry")
