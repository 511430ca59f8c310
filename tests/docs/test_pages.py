"""Every block of README.md and docs/ runs and shows what it does, page by page."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.blocks import blocks, pages, violations
from tests.docs.page import Differs, run_page, run_pages
from tests.mutation.forks import forked

ROOT = Path(__file__).resolve().parents[2]
PAGES = pages(ROOT)
RUNNING = [name for name, text in PAGES.items() if any(b.runs for b in blocks(text))]
NEED_TRAINING = {"docs/howto/networks.md", "docs/howto/activation.md", "docs/howto/measure.md"}


def _groups() -> dict[str, list[str]]:
    """Pages that share a process: those of a folder, and apart those that need PyTorch."""
    found: dict[str, list[str]] = {}
    for name in RUNNING:
        folder = "networks" if name in NEED_TRAINING else str(Path(name).parent)
        found.setdefault(folder, []).append(name)
    return found


GROUPS = _groups()
LONG = {
    "docs/howto/activation.md": 17,
    "docs/howto/bias.md": 5,
    "docs/howto/dichotomy.md": 5,
    "docs/howto/figure.md": 1,
    "docs/howto/group.md": 7,
    "docs/howto/measure.md": 4,
    "docs/howto/networks.md": 2,
    "docs/howto/partial-data.md": 3,
    "docs/howto/teacher.md": 9,
    "docs/howto/time.md": 14,
}


@pytest.mark.law
@pytest.mark.parametrize("group", GROUPS)
def test_pages_run(group, tmp_path, monkeypatch):
    """In a fork of this process: what tests before it have derived and loaded is there."""
    if group == "networks" and find_spec("torch") is None:
        pytest.skip("the extra train is not installed")
    paths = [ROOT / name for name in GROUPS[group]]
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    ran = forked(lambda: _alone(paths, tmp_path), 3600)
    assert ran == [sum(block.runs for block in blocks(PAGES[name])) for name in GROUPS[group]]


def _alone(paths: list[Path], folder: Path) -> list[int] | str:
    """In a fork, which has not the threads of its parent: PyTorch's would be waited for."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    return run_pages(paths, folder)


@pytest.mark.parametrize("name", PAGES)
def test_no_block_is_skipped_in_silence(name):
    assert violations(PAGES[name], diagrams=name.startswith("docs/design/")) == []


def test_every_block_that_does_not_run_is_known():
    kept = {(name, b.reason) for name, text in PAGES.items() for b in blocks(text) if b.reason}
    assert sorted(kept) == [
        ("README.md", "takes some minutes; docs/howto/measure.md has an example that runs"),
        ("README.md", "takes some minutes; docs/howto/networks.md has an example that runs"),
        ("README.md", "they take minutes, and tests cannot run the tests"),
        ("docs/howto/cluster.md", "needs a GPU"),
        ("docs/howto/cluster.md", "needs a cluster"),
        ("docs/howto/cluster.md", "takes the cores of the machine that runs the tests"),
        ("docs/howto/measure.md", "it takes minutes"),
        ("docs/howto/model.md", "a piece of another package's pyproject.toml"),
        ("docs/howto/networks.md", "takes half an hour"),
        ("docs/index.md", "it takes minutes, and tests cannot run the tests"),
    ]


def test_every_block_that_make_laws_alone_runs_is_known():
    long = {name: [b for b in blocks(text) if b.long] for name, text in PAGES.items()}
    assert {name: len(found) for name, found in long.items() if found} == LONG
    assert all(any(b.language != "output" for b in blocks(PAGES[name]) if b.runs) for name in LONG)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("```python\nassert 1 == 2\n```", "AssertionError"),
        ("```python\nprint(1)\n```\n```output\n2\n```", "the page shows"),
        ("```pycon\n>>> 1 + 1\n3\n```", "Expected"),
        ("```console\n$ binodal --version\nbinodal 99\n```", "the page shows"),
        ("```console\n$ binodal solve nothing\n$ echo $?\n0\n```", "the page shows"),
    ],
)
def test_canary_a_wrong_block_fails(block, said, tmp_path):
    (tmp_path / "page.md").write_text(block, "utf-8")
    with pytest.raises((Differs, AssertionError), match=said if said != "AssertionError" else None):
        run_page(tmp_path / "page.md")
