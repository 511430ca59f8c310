"""The command: schema, cache, unknown labels, and the page that the repository ships."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from binodal.audit import judged as audit
from binodal.cli import main
from binodal.numerics import sources

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("BINODAL_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_json_of_some_labels(capsys):
    assert main(["audit", "A.11-kernel", "b.39", "M.4", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [e["label"] for e in entries] == ["A.11-kernel", "B.39", "M.4"]
    assert [e["verdict"] for e in entries] == ["corrected", "corrected", "confirmed"]
    parts = {p["name"]: p for p in entries[0]["parts"]}
    assert parts["Q11"]["ratio"] == "1/2"
    assert parts["Q33"]["ratio"] is None


def test_unknown_label_is_one_line(capsys):
    assert main(["audit", "B.99"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert "'B.99'" in captured.err


def test_second_call_does_not_compute(monkeypatch, capsys):
    assert main(["audit", "M.4"]) == 0
    first = capsys.readouterr().out
    script = (
        "import sys; from binodal.cli import main; status = main(['audit', 'M.4']); "
        "sys.exit(status or 'sympy' in sys.modules)"
    )
    second = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=DOCS.parent, check=False
    )
    assert second.returncode == 0, second.stderr
    assert second.stdout == first


def test_changed_sources_are_seen(monkeypatch):
    audit.audit("M.4")
    stored = json.loads(audit.cache_file().read_text("utf-8"))
    assert list(stored["entries"]) == ["M.4"]
    monkeypatch.setattr(audit, "content_digest", lambda: "other")
    assert audit._cached("other")["entries"] == {}


OF_THE_AUDIT = (
    "binodal.audit.paper.appendix_b",
    "binodal.derive.step",
    "binodal.models.modular.derivations.kernel",
    "binodal.models.teacher_student.parameters",
    "binodal.numerics.balls",
)
OF_OTHERS = (
    "binodal.cli",
    "binodal.models.modular.network.network",
    "binodal.models.teacher_student.report.chapter",
    "binodal.numerics.phases.hysteresis",
    "binodal.validate.data",
)


@pytest.mark.parametrize("module", [*OF_THE_AUDIT, *OF_OTHERS])
def test_the_cache_holds_until_a_file_changes_that_the_audit_depends_on(
    tmp_path, monkeypatch, module
):
    original = sources.file_of
    sources.content.cache_clear()
    before = audit.content_digest()
    changed = tmp_path / original(module).parent.name / original(module).name
    changed.parent.mkdir()
    changed.write_text(original(module).read_text("utf-8") + "# changed\n", "utf-8")
    monkeypatch.setattr(sources, "file_of", lambda m: changed if m == module else original(m))
    sources.content.cache_clear()
    assert (audit.content_digest() == before) is (module in OF_OTHERS)
    sources.content.cache_clear()


@pytest.mark.parametrize("folder", [True, False])
def test_the_cache_gives_back_what_it_was_given(monkeypatch, folder):
    if not folder:
        monkeypatch.setenv("BINODAL_CACHE", "off")
    state = {"digest": "d", "labels": ["X"], "entries": {"X": {"label": "X"}}, "tables": {}}
    audit._store(state)
    empty = {"digest": "d", "labels": [], "entries": {}, "tables": {}}
    assert audit._cached("d") == (state if folder else empty)


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"digest": 1}'])
def test_damaged_cache_is_ignored(text):
    audit.cache_file().parent.mkdir(parents=True)
    audit.cache_file().write_text(text, "utf-8")
    assert audit.audit("M.4")[0]["verdict"] == "confirmed"


def test_unwritable_cache_costs_nothing_else(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert audit.audit("M.4")[0]["verdict"] == "confirmed"


def test_page_takes_no_label(capsys, tmp_path):
    assert main(["audit", "M.4", "--page", str(tmp_path / "a.md")]) == 2
    assert "no label" in capsys.readouterr().err


def test_the_shipped_page_is_what_the_program_writes(tmp_path):
    """Every verdict, expression, ratio, size, witness and number of it, to the last digit."""
    written = tmp_path / "audit.md"
    assert main(["audit", "--page", str(written)]) == 0
    assert written.read_text("utf-8") == (DOCS / "audit.md").read_text("utf-8")


def test_the_shipped_page_has_every_entry_with_its_verdict():
    from binodal.audit.paper.registry import registry

    text = (DOCS / "audit.md").read_text("utf-8")
    assert "binodal audit --page docs/audit.md" in text
    headings = re.findall(r"^### (.+): .* \((\w+)\)$", text, re.MULTILINE)
    plain = {label.replace("\\", ""): verdict for label, verdict in headings}
    assert list(plain) == list(registry())
    for entry in audit.audit("M.4", "A.11-kernel", "M.7"):
        assert plain[entry["label"]] == entry["verdict"]
