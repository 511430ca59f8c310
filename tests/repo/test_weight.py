"""What weighs pages finds those that are too heavy."""

from __future__ import annotations

import pytest

from tests.repo.weight import MOST_BYTES, MOST_OF_A_FIGURE, too_heavy

FIGURE = '<figure id="figure-a"><div class=drawing><img src="{}" alt=""></div></figure>'


@pytest.mark.parametrize(
    "page", ["é" * (MOST_BYTES // 2 + 1), FIGURE.format("x" * (MOST_OF_A_FIGURE + 1))]
)
def test_canary_heavy(tree, page):
    assert too_heavy(tree({"report.html": page})) != []


def test_canary_light(tree):
    page = "a" * (MOST_BYTES - 200) + FIGURE.format("x" * 99)
    assert too_heavy(tree({"report.html": page})) == []
