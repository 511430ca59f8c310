"""Exact laws of blocks at the group's own size, by matrices, by each other and by modular."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from binodal.api import critical, solve
from binodal.models.group.numerics import determinant_law, pair_law
from binodal.models.group.numerics.determinant_law import DeterminantLaw
from binodal.models.group.numerics.event_state import explicit
from binodal.models.group.numerics.pair_law import PairLaw
from binodal.models.group.setting import blocks_of
from binodal.numerics.balls import precision
from tests.laws import cases
from tests.models.group.matrices import averages

COLD = {
    "sigma_a2": "1/100000000",
    "gamma": "1/5",
    "N": 1000,
    "sigma2": "1/50000",
    "limit": "finite",
}
MATRICES = [
    ("real", "schatten", 12.0, 0.45, 0.2, (0.28, 0.6, 1.2), 300_000),
    ("real", "frobenius", 12.0, 0.45, 0.2, (0.28, 0.6, 1.2), 300_000),
    ("quaternionic", "schatten", 6.0, 0.3, 0.2, (0.4, 0.6), 40_000),
]


def _ranks(law):
    """<O>, <O^2> and the shares of 0, 1 and 2 filled singular values of a law of two rows."""
    ranks = law.ranks()
    logs = np.array([rank.log for rank in ranks.values()])
    shares = np.exp(logs - np.logaddexp.reduce(logs))
    held = dict(zip(ranks, shares, strict=True))
    mean = sum(held[k] * ranks[k].mean for k in ranks)
    square = sum(held[k] * ranks[k].square for k in ranks)
    return np.array([mean, square, *(held.get(k, 0.0) for k in range(3))])


def _by_matrices(kind, decay, order, u, gamma, widths, count):
    """The law, and the same by matrices with random entries."""
    twice = 2 if kind == "quaternionic" else 1
    law = PairLaw(kind, decay, order * twice, twice, u, gamma)
    cut = law.barrier()[0] * (twice if decay == "frobenius" else 1)
    return _ranks(law), averages(kind, decay, order, u, gamma, cut, widths, count)


@pytest.mark.parametrize("case", MATRICES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_the_law_of_two_rows_is_that_of_random_matrices(case):
    """S3's block has the first of them; errors of the sample are its own."""
    exact, sampled = _by_matrices(*case)
    assert sampled.errors[0] < 0.03 * sampled.values[0]
    assert (abs(exact - sampled.values) < 4 * sampled.errors + 1e-12).all()


def test_a_wrong_jacobian_is_caught(monkeypatch):
    """The repulsion of complex singular values in place of real ones."""
    honest = pair_law._measure
    monkeypatch.setattr(pair_law, "_measure", lambda kind: honest("complex"))
    exact, sampled = _by_matrices(*MATRICES[0])
    assert abs(exact[0] - sampled.values[0]) > 10 * sampled.errors[0]


def _complex_block():
    (block,) = (b for b in blocks_of("Z3xS3", "every") if (b.kind, b.dimension) == ("complex", 2))
    return block


def _law(order=9, gamma=Fraction(1, 5)):
    sizes = {"P": Fraction(order), "gamma": gamma, "sigma_a2": Fraction(1, 50)}
    return DeterminantLaw(_complex_block(), "schatten", 2, sizes)


@pytest.mark.parametrize("u", cases([0.3, 0.55, 0.45], every=None))
def test_determinants_and_two_rows_are_one_law(u):
    """Harish-Chandra's determinant in balls against the Bessel function in doubles."""
    with precision(96):
        order = _law().order(arb(u))
    exact = _ranks(PairLaw("complex", "schatten", 36.0, 1, u, 0.2, 10, 0.8))
    assert exact[0] == pytest.approx(float(order.mean.mid()), rel=1e-11)
    assert exact[1] == pytest.approx(float(order.square.mid()), rel=1e-11)
    assert order.mean.rel_accuracy_bits() > 40


def test_a_determinant_without_its_power_of_u_is_another_law(monkeypatch):
    """The control: the repulsion of the average, left out."""
    monkeypatch.setattr(determinant_law, "_power", lambda count: {"power": Fraction(0)})
    with precision(96):
        order = _law().order(arb("0.45"))
    exact = _ranks(PairLaw("complex", "schatten", 36.0, 1, 0.45, 0.2))
    assert abs(exact[0] / float(order.mean.mid()) - 1) > 1e-3


def test_masses_of_pairs_add_up_and_agree_where_the_barrier_is_high():
    with precision(128):
        held = [float(mass.mid()) for mass in _law(order=200).masses(arb("0.5"))]
    other = _ranks(PairLaw("complex", "schatten", 800.0, 1, 0.5, 0.2))[2:]
    assert sum(held) == pytest.approx(1, abs=1e-15)
    assert np.log(held) == pytest.approx(np.log(other), abs=1e-6)


@pytest.mark.parametrize(("kind", "beta", "twice"), [("real", 1, 1), ("quaternionic", 4, 2)])
def test_without_a_coupling_the_moments_are_those_of_gaussian_matrices(kind, beta, twice):
    """Components of variance 1/F; the coupling is far below every other scale."""
    from binodal.models.group.derivations.order_parameter import zero_moments

    found = _ranks(PairLaw(kind, "schatten", 12.0, twice, 1e-20, 1e-12))
    for power, (number, known) in enumerate(zip(found, zero_moments(beta, 2), strict=False), 1):
        assert number == pytest.approx((twice / 12**2) ** power * int(known), rel=1e-9)


def test_two_grids_are_honest():
    """Finer grids than those that estimate an error stay within it."""
    from binodal.models.group.numerics.gridded_block import PairBlock

    (block,) = blocks_of("S3", "2a")
    sizes = {"P": Fraction(6), "gamma": Fraction(1, 5), "sigma_a2": Fraction(1, 50)}
    for u in (0.3, 0.47, 0.6):
        order, held = PairBlock(block, "schatten", sizes).state(u)
        finest = _ranks(PairLaw("real", "schatten", 12.0, 1, u, 0.2, 14, 0.6))
        for number, exact in zip((order.mean, order.square, *held), finest, strict=False):
            assert abs(float(number.mid()) - exact) <= float(number.rad()) + 1e-13 * exact


def test_the_closure_of_every_block_holds_with_its_overlap():
    order = 6
    document = solve("group", group="S3", **{**COLD, "sigma2": "3/100000"}).document
    assert document["status"] == "converged"
    assert [block["status"] for block in document["blocks"]] == ["certified", "converged"]
    for block in document["blocks"]:
        a, level, overlap, square, binder = (
            _middle(block[name]) for name in ("a", "lambda", "overlap", "overlap_square", "binder")
        )
        assert level == pytest.approx(4e-8 * order**2 * overlap / block["dimension"], rel=1e-9)
        assert a * (3e-5 + level) == pytest.approx(3e-5, rel=1e-9)
        assert binder == pytest.approx(1 - square / (3 * overlap**2), rel=1e-7)
        assert sum(s["mass"] or 0 for s in block["saddles"]) == pytest.approx(1, abs=1e-7)


def _middle(number):
    return float(number["mid"] if "mid" in number else number["value"])


@pytest.mark.parametrize(("group", "irrep"), cases([("Q8", "2a"), ("S3", "2a")], every=None))
def test_at_its_event_a_block_has_its_share(group, irrep):
    event = critical("group", "mass", group=group, irrep=irrep, **COLD).document
    value = event["value"]
    middle, error = (
        (value["mid"], value["rad"]) if "mid" in value else (value["value"], value["error"])
    )
    assert float(error) < 1e-8 * float(middle)
    document = solve("group", group=group, irrep=irrep, **{**COLD, "sigma2": middle}).document
    (block,) = document["blocks"]
    assert block["saddles"][0]["mass"] == pytest.approx(0.5, abs=1e-6)
    assert _middle(block["a"]) == pytest.approx(_middle(event["at"]["a"]), rel=1e-7)


ALONG = {**COLD, "group": "S3", "sigma2": "1/40000"}


def test_events_along_the_scale_of_readouts_are_events_along_sigma2():
    """At both values that are found the event is at the temperature that was given."""
    asked = {**ALONG, "irrep": "1b"}
    event = critical("group", "coexistence", along="sigma_a2", **asked).document
    points = [event, *event["others"]]
    assert len(points) == 2
    for point in points:
        value = _middle(point["value"])
        back = critical("group", "coexistence", **{**asked, "sigma_a2": repr(value)}).document
        assert _middle(back["value"]) == pytest.approx(1 / 40000, rel=1e-9)
        assert _middle(back["at"]["a"]) == pytest.approx(_middle(point["at"]["a"]), rel=1e-9)


def test_couplings_that_move_along_the_parameter_are_not_explicit():
    assert [explicit("N", event) for event in ("coexistence", "gmfl2")] == [True, False]
    assert not explicit("gamma", "coexistence")


def test_an_event_along_the_number_of_neurons_is_one_along_sigma2():
    """Networks have a whole number of neurons: the temperature lies between those of two."""
    asked = {**ALONG, "irrep": "2a"}
    event = critical("group", "coexistence", along="N", **asked).document
    assert not event["others"]
    fewer = int(_middle(event["value"]))
    beside = (
        critical("group", "coexistence", **{**asked, "N": count}).document
        for count in (fewer, fewer + 1)
    )
    above, below = (_middle(document["value"]) for document in beside)
    assert below < 1 / 40000 < above and below > 0.999 * above


def test_larger_irreps_of_s3_are_learned_first():
    document = critical("group", "mass", group="S3", **COLD).document
    points = {p["class"]: _middle(p["value"]) for p in (document, *document["others"])}
    assert points["2a"] > 1.2 * points["1b"]


@pytest.mark.parametrize("event", cases(["birth", "coexistence", "mass", "gmfl2"], every=4))
def test_finite_events_of_a_cyclic_group_are_those_of_modular_addition(event):
    own = critical("group", event, group="Z5", **COLD).document
    plain = critical("modular", event, P=5, **COLD).document
    for key in ("value", "at", "status"):
        assert own[key] == plain[key]


def test_the_cumulant_dips_where_states_coexist():
    """From its value at the zero state through minus a large number to two thirds."""
    hot, mixed, cold = (
        solve("group", group="Z5", **{**COLD, "sigma2": sigma2, "gamma": gamma}).document["blocks"][
            0
        ]
        for sigma2, gamma in (("1", "1/1000000"), ("1/30000", "1/5"), ("1/100000000", "1/5"))
    )
    binder = [_middle(block["binder"]) for block in (hot, mixed, cold)]
    assert binder[0] == pytest.approx(-1 / 3, abs=1e-3)
    assert binder[1] < -3
    assert 0.6 < binder[2] < 2 / 3


def test_every_irrep_of_a4_is_solved():
    document = solve("group", group="A4", preset="fig3", limit="finite").document
    assert document["status"] == "converged"
    assert [block["status"] for block in document["blocks"]] == ["certified", "converged"]
    assert [block["irrep"] for block in document["blocks"]] == ["1b", "3a"]


def test_a_group_leaves_out_what_its_cyclic_twin_does():
    """Few neurons on a ring carry nearly all of lambda: their 1/N is not small, in both models."""
    asked = {"preset": "fig3", "limit": "finite", "sigma2": "0.2"}
    group = solve("group", group="Z401", irrep="1b", **asked).document["dropped"]
    modular = solve("modular", **asked).document["dropped"]
    assert [term["name"] for term in group] == [term["name"] for term in modular]
    for own, twin in zip(group, modular, strict=True):
        assert own["small"] is twin["small"]
        assert _middle(own["size"]) == pytest.approx(_middle(twin["size"]), rel=0.01)
