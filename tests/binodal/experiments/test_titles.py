"""Cases of experiments are called by words and by letters that say what their numbers are."""

from __future__ import annotations

import re

import pytest

from binodal.experiments.stored import read_experiments
from binodal.experiments.titles import LADDERS, case_title, titles_of

EXPERIMENTS = {of["experiment"]: of for of in read_experiments()}
CODE = re.compile(r"[a-z]-\d|e-\d|[a-z] \d")
"""A number that only its place in a name explains, as in width-4 or relu 0.2."""


def bare(title):
    """Whether a title has a number that is not said to be anything."""
    return bool(CODE.search(title.replace("Fig. 2", "Fig.")))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_stored_case_has_a_title_of_its_own(name):
    titles = titles_of(EXPERIMENTS[name]["cases"])
    assert len({*titles.values()}) == len(titles)
    assert [title for title in titles.values() if bare(title) or "{" in title] == []


def test_ladders_have_words():
    fits = [fit for of in EXPERIMENTS.values() for fit in of["fits"]]
    assert fits and {fit["ladder"] for fit in fits} <= {*LADDERS}


@pytest.mark.parametrize("name", ["width-4", "relu 0.2", "S3, 5e-05"])
def test_canary_codes(name):
    assert bare(name)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("cold", "cold"),
        ("width-4", "width 4"),
        ("never-heard-3", "never heard 3"),
        ("at-3/20", "at 3/20"),
        ("7-wide", "7 wide"),
        ("", ""),
    ],
)
def test_what_is_not_known_is_said_as_it_is(name, title):
    assert case_title(name) == title
