"""A share of the pairs of a group: the mode of Z_|G|, and refusals of what is not derived."""

from __future__ import annotations

from typing import Any

import pytest

from binodal.api import critical, solve
from binodal.errors import RequestError

AT: dict[str, Any] = {"N": 900, "sigma2": "1/25", "sigma_a2": "1/100000", "gamma": "3/1000"}
SHARE: dict[str, Any] = {"pairs": "subset", "data_fraction": "9/10"}


@pytest.mark.parametrize("group", ["Z3xZ5xZ7", "Z105"])
def test_complex_characters_are_modes_of_a_cyclic_group(group: str) -> None:
    cyclic = critical("modular", "coexistence", **SHARE, **AT, P=105)
    found = critical("group", "coexistence", **SHARE, **AT, group=group)
    for part in ("value", "at", "reason", "dropped"):
        assert found.document[part] == cyclic.document[part]
    same = solve("modular", **SHARE, **AT, P=105).document
    state = solve("group", **SHARE, **AT, group=group).document
    assert (state["phase"], state["closure"]) == (same["phase"], same["closure"])


def test_all_pairs_are_the_theory_without_a_share() -> None:
    everything = critical("group", "coexistence", **AT, group="Z105")
    share: dict[str, Any] = {**SHARE, "data_fraction": 1}
    subset = critical("group", "coexistence", **AT, group="Z105", **share)
    assert subset.document["value"] == everything.document["value"]


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"group": "S3", "irrep": "2a"}, "complex irreps of dimension 1"),
        ({"group": "Z2xZ2"}, "complex irreps of dimension 1"),
        ({"group": "Z105", "decay": "frobenius"}, "under schatten"),
        ({"group": "Z105", "pairs": "some"}, "choose all, subset"),
    ],
)
def test_what_is_not_derived_is_refused(setting: dict[str, str], why: str) -> None:
    with pytest.raises(RequestError, match=why):
        critical("group", "birth", **{**SHARE, **AT, **setting})
