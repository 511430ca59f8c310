"""Every label has an entry, every evidence exists, and confirmed means confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp

from binodal.audit.paper.appendix_b_kernel import derived_element, printed_on_axis
from binodal.audit.paper.compare import Undecidable, agree, contrast, same
from binodal.audit.paper.entry import Contradiction, Entry, Limit, Part, Verdict, gravest, reason
from binodal.audit.paper.evaluate import FIRST, ORDER, SECOND, misses
from binodal.audit.paper.judge import judge
from binodal.audit.paper.labels import normal
from binodal.audit.paper.main_text import with_fifth_mode
from binodal.audit.paper.registry import registry
from binodal.derive.gaussian.hermite import t
from binodal.derive.symbols import N, P, b, c, d, m, n, rho, sigma2, sigma_a2, x_mean
from binodal.models.modular.derivations.quantities import QUANTITIES as MODULAR
from binodal.models.teacher_student.derivations.closure import normalisation
from binodal.models.teacher_student.derivations.kernel import element
from binodal.models.teacher_student.derivations.printed import M11
from binodal.models.teacher_student.derivations.quantities import QUANTITIES as STUDENT

MAIN = [f"M.{i}" for i in range(1, 18)] + ["M.6b", "M.11b", "M.14b", "M.15b", "M.16b", "Table 1"]
APPENDIX_A = [f"A.{i}" for i in range(20)] + ["A.7b", "A.11-overlaps", "A.11-kernel"]
APPENDIX_B = [f"B.{i}" for i in range(20, 43)] + ["B.20b", "B.21b", "B.35b", "B.37b", "B.41b"]
CLAIMS = [f"{model}.Claim {roman}" for model in "MB" for roman in ("I", "II", "III", "IV")]
QUOTED = ["C.43", "D.44", "0.18", "0.227", "0.175", "a-range", "sample-complexity"]

CORRECTED = {
    ("M.6b", "hidden layer"): sp.Rational(1, 2),
    ("A.11-kernel", "Q11"): sp.Rational(1, 2),
    ("A.12", "residual"): n / sigma2,
    ("A.12", "tbar of M.8"): n,
    ("B.34", "k = 0"): 1 / P,
    ("B.35", "factor"): 1 / P**2,
    ("B.36", "on |k,k'>"): 1 / (4 * P**2),
    ("B.37b", "factor"): 1 / (4 * P**2),
    ("B.37b", "exponent of a mode"): sp.Rational(1, 2),
    ("B.39", "cross term"): 2 / P,
    ("B.41b", "in lambda"): 1 / (4 * P**2),
}


def symbolic(verdict: Verdict) -> list[tuple[str, str]]:
    """Labels and parts of a verdict, quoted numbers left to numerics."""
    return [
        (entry.label, part.name)
        for entry in registry().values()
        for part in entry.parts
        if not part.measure and judge(part).verdict == verdict
    ]


def test_every_label_is_there():
    assert set(MAIN + APPENDIX_A + APPENDIX_B + CLAIMS + QUOTED) == set(registry())


@pytest.mark.parametrize(("key", "ratio"), CORRECTED.items())
def test_ratios(key, ratio):
    part = {p.name: p for p in registry()[key[0]].parts}[key[1]]
    found = judge(part)
    assert found.verdict == Verdict.CORRECTED
    assert sp.simplify(found.ratio - ratio) == 0


def test_nothing_else_is_accused():
    more = {
        ("M.14", "powers of beta"),
        ("Table 1", "modular"),
        ("B.36", "on |K,0>"),
        ("B.36", "on |0,0>"),
        ("B.37", "eigenvalue"),
        ("B.41", "weight of the ring over that of zero"),
        ("B.42", "weight of the ring over that of zero"),
    }
    assert set(symbolic(Verdict.CORRECTED)) == set(CORRECTED) | more


def test_b36_counts_unequal_splittings_right():
    """Its 2 per splitting of K into unequal parts, which are most, is the derived one."""
    excess = sp.expand(P**2 * printed_on_axis() - derived_element("lambda_axis"))
    assert excess.coeff(x_mean, 2) == 0 and excess != 0


def test_a_difference_is_printed_minus_derived():
    assert contrast(n + 1, n).difference == 1
    assert contrast(sp.Tuple(n, P), sp.Tuple(n, P + 2)).difference == sp.Tuple(0, -2)


def test_m11_with_both_directions_keeps_the_temperature():
    half = sp.Rational(1, 2)
    assert {N: 1, n: 1, d: half, sigma_a2: -half, sigma2: 0} == M11


def test_slips_of_notation():
    labels = {label for label, _ in symbolic(Verdict.NOTATION)}
    expected = {"M.7", "M.17", "A.7", "A.9", "B.22", "B.23", "B.24", "B.25", "B.26", "B.37"}
    assert labels == expected | {"B.38", "B.39", "B.41b", "B.Claim III"}


def test_the_left_side_of_a9_lacks_its_noise():
    (part,) = (p for p in registry()["A.9"].parts if p.name == "tbar")
    found = judge(part)
    assert (found.verdict, found.ratio) == (Verdict.NOTATION, sigma2)


def test_the_second_factor_of_b24_is_the_field_of_the_reflected_pair():
    """As printed it is nobody's field at (n', m'), with conjugates it is; so says the entry."""
    (part,) = (p for p in registry()["B.24"].parts if p.name == "J'")
    labels = sorted({i for mode in part.printed.atoms(sp.Indexed) for i in mode.indices}, key=str)
    sites = sorted(part.printed.free_symbols - set(labels) - {P}, key=str)
    sites = [s for s in sites if str(s) in ("n", "m")][::-1]
    reflected = {
        (i, j): (FIRST[-i % ORDER] + SECOND[-j % ORDER]) ** 2 for i, j in ((0, 1), (1, 3), (4, 1))
    }
    assert misses(part.printed, tuple(labels), tuple(sites), reflected) == 0
    found = judge(part)
    assert found.verdict == Verdict.NOTATION and found.derived == 0


def test_words_and_verdicts_agree_everywhere():
    for entry in registry().values():
        known = [p for p in entry.parts if not p.measure]
        verdicts = [judge(p).verdict for p in known]
        assert reason(Entry(entry.label, "", tuple(known), "x"), verdicts)


@pytest.mark.parametrize(
    ("verdict", "more"),
    [
        (Verdict.CONFIRMED, {"slip": "lacks 1/sigma^2"}),
        (Verdict.CONFIRMED, {"reading": lambda e: e}),
        (Verdict.CONFIRMED, {"limit": Limit("n -> infinity", n, sp.oo)}),
        (Verdict.DEFINITION, {"slip": "is meant otherwise"}),
        (Verdict.NOTATION, {"reading": lambda e: e}),
        (Verdict.CORRECTED, {}),
    ],
)
def test_words_against_a_verdict_are_refused(verdict, more):
    part = Part("x", sp.Integer(1), lambda: sp.Integer(1), **more)
    with pytest.raises(Contradiction):
        reason(Entry("X", "", (part,), "why"), [verdict])


ACCUSING = (
    "lack",
    "missing",
    "misprint",
    "wrong",
    "stands for",
    "what stands",
    "read as",
    "read for",
    "should",
    "meant",
    "lost",
    "loses",
    "instead",
    "opposite",
    "too high",
    "too low",
)


def accusations(entry: Entry) -> list[str]:
    return [word for word in ACCUSING if word in entry.why.lower()]


def test_what_holds_for_a_whole_entry_accuses_nothing():
    """A slip is told with the part that has it, where a computed verdict stands behind it."""
    assert {e.label: found for e in registry().values() if (found := accusations(e))} == {}


def test_canary_an_accusation_in_a_why():
    text = "<H3^2> = 3! for |w*| = 1. What stands on the left as tbar is sigma^2 tbar of M.12."
    assert accusations(Entry("A.9", "", (), text)) == ["what stands"]


def test_approximations():
    labels = {label for label, _ in symbolic(Verdict.APPROXIMATION)}
    expected = {"A.0", "A.4", "A.5", "A.7b", "A.8", "M.12", "M.13"}
    assert labels == expected | {"M.Claim II", "M.Claim III"}


def test_evidence_exists():
    root = Path(__file__).parents[3]
    quantities = {"teacher-student": STUDENT, "modular": MODULAR}
    for entry in registry().values():
        for item in entry.evidence:
            words = item.split()
            if words[:2] == ["binodal", "derive"]:
                assert words[3] in quantities[words[2]], item
            elif not item.startswith("binodal "):
                assert (root / item).exists(), item


def test_everything_but_a_definition_has_evidence_and_a_reason():
    for entry in registry().values():
        assert entry.why or any(part.slip for part in entry.parts)
        assert entry.evidence or all(part.definition for part in entry.parts), entry.label


def test_labels_as_people_write_them():
    names = {normal(label): label for label in registry()}
    assert names[normal("table-1")] == "Table 1"
    assert names[normal("m.claim_iv")] == "M.Claim IV"
    assert normal("B.99") not in names


def test_a_declared_limit_that_is_not_one_is_a_misprint():
    x = sp.Symbol("x", positive=True)
    wrong = Part("x", x + 1, lambda: x, limit=Limit("x -> 0", x, sp.Integer(0)))
    right = Part("x", sp.sin(x), lambda: x, limit=Limit("x -> 0", x, sp.Integer(0)))
    assert judge(wrong).verdict == Verdict.CORRECTED
    assert judge(right).verdict == Verdict.APPROXIMATION


def test_what_has_another_length_is_no_approximation():
    x = sp.Symbol("x", positive=True)
    limit = Limit("x -> 0", x, sp.Integer(0))
    part = Part("x", sp.Tuple(x, x), lambda: x, limit=limit)
    found = judge(part)
    assert (found.verdict, found.ratio, found.difference) == (Verdict.CORRECTED, None, None)


def test_a_long_ratio_is_not_sought():
    many = sp.symbols("s:300", positive=True)
    assert contrast(P * many[0], 3 * many[0]).ratio == P / 3
    assert contrast(sum(P * s for s in many), sum(3 * s for s in many)).ratio is None


def test_agreement_without_a_proof_is_refused():
    tiny = sp.Rational(1, 10**60)
    with pytest.raises(Undecidable):
        same(rho, rho + tiny)


def test_the_fifth_mode_solves_its_row():
    """(Q + sigma^2/n) r = 0 there, with the droplets' kernel m/d in each element."""
    amplitude = sp.expand(with_fifth_mode()).coeff(t, 5)
    row = sum(
        element(i, 2) * amount * normalisation(i) for i, amount in enumerate((b, c, amplitude))
    )
    assert sp.simplify(m / d * row + sigma2 / n * amplitude * normalisation(2)) == 0


def test_lengths_count():
    assert not agree(sp.Tuple(1, 2), sp.Tuple(1, 2, 3))
    assert contrast(sp.Tuple(2, 4), sp.Tuple(1, 2)).ratio == 2


def test_gravest_first():
    assert gravest([Verdict.DEFINITION, Verdict.CONFIRMED]) == Verdict.CONFIRMED
