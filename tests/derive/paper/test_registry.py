"""Every label has an entry, every evidence exists, and confirmed means confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp

from derive.modular.quantities import QUANTITIES as MODULAR
from derive.paper.compare import Undecidable, agree, contrast, same
from derive.paper.entry import Limit, Part, Verdict, gravest
from derive.paper.judge import judge
from derive.paper.registry import find, registry
from derive.symbols import P, n, rho, sigma2
from derive.teacher_student.quantities import QUANTITIES as STUDENT

MAIN = [f"M.{i}" for i in range(1, 18)] + ["M.6b", "M.11b", "M.14b", "M.15b", "M.16b", "Table 1"]
APPENDIX_A = [f"A.{i}" for i in range(20)] + ["A.7b", "A.11-overlaps", "A.11-kernel"]
APPENDIX_B = [f"B.{i}" for i in range(20, 43)] + ["B.20b", "B.21b", "B.35b", "B.37b", "B.41b"]
CLAIMS = [f"{model}.Claim {roman}" for model in "MB" for roman in ("I", "II", "III", "IV")]
QUOTED = ["C.43", "D.44", "0.18", "0.227", "0.175", "a-range", "sample-complexity"]

CORRECTED = {
    ("M.6b", "hidden layer"): sp.Rational(1, 2),
    ("A.11-kernel", "Q11"): sp.Rational(1, 2),
    ("A.12", "residual"): n / sigma2,
    ("B.34", "k = 0"): 1 / P,
    ("B.35", "factor"): 1 / P**2,
    ("B.36", "on |k,k'>"): 1 / (4 * P**2),
    ("B.37b", "factor"): 1 / (4 * P**2),
    ("B.37b", "exponent of a mode"): sp.Rational(1, 2),
    ("B.39", "cross term"): 2 / P,
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


def test_slips_of_notation():
    labels = {label for label, _ in symbolic(Verdict.NOTATION)}
    expected = {"M.7", "M.17", "A.7", "B.22", "B.23", "B.25", "B.26", "B.37", "B.38", "B.39"}
    assert labels == expected | {"B.Claim III"}


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
        assert entry.why
        assert entry.evidence or all(part.definition for part in entry.parts), entry.label


def test_labels_as_people_write_them():
    assert find("table-1").label == "Table 1"
    assert find("m.claim_iv").label == "M.Claim IV"
    assert find("B.99") is None


def test_a_declared_limit_that_is_not_one_is_a_misprint():
    x = sp.Symbol("x", positive=True)
    wrong = Part("x", x + 1, lambda: x, limit=Limit("x -> 0", x, sp.Integer(0)))
    right = Part("x", sp.sin(x), lambda: x, limit=Limit("x -> 0", x, sp.Integer(0)))
    assert judge(wrong).verdict == Verdict.CORRECTED
    assert judge(right).verdict == Verdict.APPROXIMATION


def test_agreement_without_a_proof_is_refused():
    tiny = sp.Rational(1, 10**60)
    with pytest.raises(Undecidable):
        same(rho, rho + tiny)


def test_lengths_count():
    assert not agree(sp.Tuple(1, 2), sp.Tuple(1, 2, 3))
    assert contrast(sp.Tuple(2, 4), sp.Tuple(1, 2)).ratio == 2


def test_gravest_first():
    assert gravest([Verdict.DEFINITION, Verdict.CONFIRMED]) == Verdict.CONFIRMED
