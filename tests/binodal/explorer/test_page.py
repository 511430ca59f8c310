"""The page as a file: small, closed, the same every time, without a formula by hand."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

import pytest

from binodal.explorer.bundle import DOOR, PAGE, SOLVER, resource, script, solver
from binodal.explorer.formulas import module
from binodal.explorer.offered import explored, pairs
from binodal.explorer.page import MAX_BYTES, made, page
from binodal.explorer.typeset import templates
from tests.repo.remote import remote_resources


def content(tag):
    (found,) = re.findall(rf"<{tag}(?: [^>]*)?>(.*?)</{tag}>", page(), re.DOTALL)
    return found


def test_it_is_small():
    assert len(page().encode()) < MAX_BYTES


def test_it_is_the_same_every_time(monkeypatch):
    before = page()
    monkeypatch.setenv("BINODAL_CACHE", "off")
    for part in (script, solver, module):
        part.cache_clear()
    assert made() == before


@pytest.mark.parametrize("tag", ["script", "style"])
def test_the_policy_allows_exactly_what_is_there(tag):
    digest = base64.b64encode(hashlib.sha256(content(tag).encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page())
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'" and "unsafe" not in policy and "http" not in policy


def test_it_loads_nothing(tmp_path):
    (tmp_path / "page.html").write_text(page(), "utf-8")
    assert remote_resources(tmp_path) == []
    assert not re.search(
        r"https?:|\bfetch\(|XMLHttpRequest|WebSocket|\bimport\b", content("script")
    )
    assert not re.search(
        r" on\w+=| style=", re.sub(r"<(script|style).*?</\1>", "", page(), flags=re.S)
    )


def test_every_file_is_in_the_page():
    written = {p.name for p in files("binodal.explorer").iterdir() if p.name.endswith(".js")}
    assert written == {*SOLVER, DOOR, *PAGE}


def test_names_are_unique_in_the_one_scope():
    top = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
    names = [name for file in (*SOLVER, DOOR, *PAGE) for name in top.findall(resource(file))]
    assert sorted(names) == sorted(set(names))
    for each in explored().values():
        own = [name for file in each.scripts for name in top.findall(resource(file, each.package))]
        assert sorted(own) == sorted(set(own))


def test_no_constant_of_the_theory_is_written_by_hand():
    """Formulas need pi, logarithms and powers of parameters; drawing needs its own few."""
    drawing = {"marks.js", "map.js", "exact.js"}
    of_models = [(each.package, name) for each in explored().values() for name in each.scripts]
    own = [("binodal.explorer", name) for name in {*SOLVER, DOOR, *PAGE} - drawing]
    for package, name in [*own, *of_models]:
        text = re.sub(r"//.*", "", resource(name, package))
        assert not re.search(r"Math\.(PI|log|log1p|pow|exp(?!\(7\))|erf)\b", text), (package, name)
    assert "Math.log1p" in module()


PLACES = {
    "modular": {"u", "gamma"},
    "group": {"u", "gamma", "kappa", "r"},
    "single-index": {"t_1", "t_2", "t_3", "u", "sigma_w2"},
    "teacher-student": {"b", "c", "kappa", "sigma_w2"},
}


@pytest.mark.parametrize(("model", "theory"), pairs())
def test_templates_hold_places_for_numbers(model, theory):
    assert set(re.findall(r"@(\w+)@", " ".join(templates(model, theory)))) == PLACES[model]


def test_the_command_writes_it(run, tmp_path):
    ran = run("explore", "-o", "here.html")
    assert (ran.status, ran.err, ran.files) == (0, "", ["here.html"])
    assert (tmp_path / "here.html").read_text("utf-8") == page()
    assert run("explore").files == ["explorer.html", "here.html"]
    ran = run("explore", "-o", "no/such/folder.html")
    assert ran.status == 2 and ran.err.count("\n") == 1
