"""Documents have the keys of the interface; quoted numbers are judged by their balls."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb

from binodal.audit import page as audit_page
from binodal.audit import quoted
from binodal.audit.consistency import code_or_page, published_against_derived
from binodal.audit.entry_json import entry_document, model_of, told
from binodal.audit.judged import flat
from binodal.audit.numbers import MEASURES, Number
from binodal.audit.page import _entry
from binodal.audit.paper.entry import Part, Verdict
from binodal.audit.paper.registry import registry
from binodal.audit.setting import addition
from binodal.derive.symbols import a, gamma, lam, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import residual_factor
from binodal.models.modular.derivations.saddles import action_density, stationarity
from binodal.page.blocks import Table
from binodal.page.markdown import blocks_markdown
from tests.laws import cases

VERDICTS = {str(v) for v in Verdict}


@pytest.mark.parametrize(
    "label", cases(["A.11-kernel", "B.36", "B.39", "M.13", "M.6b", "M.Claim IV"], every=3)
)
def test_keys(label):
    document = entry_document(registry()[label])
    assert {"label", "verdict", "parts", "why", "evidence"} <= set(document)
    for part in document["parts"]:
        assert {"name", "verdict", "printed", "derived", "ratio"} <= set(part)
        assert part["verdict"] in VERDICTS
        if part["verdict"] in ("corrected", "approximation"):
            assert part["ratio"] or part["difference"]
    assert document["witnesses"]


def test_verdicts_of_the_quotes():
    verdicts = {
        (entry.label, part.name): quoted.judge_quoted(part).verdict
        for entry in registry().values()
        for part in entry.parts
        if part.measure
    }
    wrong = {key for key, verdict in verdicts.items() if verdict == Verdict.CORRECTED}
    assert wrong == {
        ("M.Claim IV", "stationary points at u = 29"),
        ("0.227", "printed theory"),
        ("0.227", "derived theory"),
        ("0.175", "full ring needs lambda/(sigma^2 + lambda) below 1"),
        ("sample-complexity", "n for half of the cubic part, prior kernel"),
    }
    signs = {key for key, verdict in verdicts.items() if verdict == Verdict.NOTATION}
    assert signs == {("a-range", "a at the start"), ("a-range", "a at 0.17602")}
    off = {key for key, verdict in verdicts.items() if verdict == Verdict.APPROXIMATION}
    assert ("M.Claim IV", "|q| of the new minima") in off and len(off) == 5
    assert verdicts["0.18", "printed theory"] == Verdict.CONFIRMED
    assert verdicts["0.18", "derived theory"] == Verdict.APPROXIMATION
    assert verdicts["0.175", "printed theory"] == Verdict.CONFIRMED


def test_every_number_that_is_off_says_by_how_much_and_why():
    for entry in registry().values():
        if any(part.measure for part in entry.parts):
            document = entry_document(entry)
            for part in document["parts"]:
                if part["verdict"] == "approximation":
                    assert part["limit"]
                if part["verdict"] in ("corrected", "approximation", "notation"):
                    assert part["ratio"] is None or float(part["ratio"]) != 1.0
            assert document["why"]


def test_a_wide_ball_judges_nothing(monkeypatch):
    monkeypatch.setitem(MEASURES, "wide", lambda: Number(arb(1, 0.5)))
    part = Part("x", sp.Integer(1), measure="wide", unit=sp.Rational(1, 10))
    with pytest.raises(ValueError, match="too wide"):
        quoted.judge_quoted(part)


@pytest.mark.parametrize(
    ("reading", "approximates", "verdict"),
    [
        (lambda printed: -printed, "", Verdict.NOTATION),
        (lambda printed: 2 * printed, "", Verdict.CORRECTED),
        (lambda printed: 2 * printed, "large d", Verdict.APPROXIMATION),
        (None, "", Verdict.CORRECTED),
    ],
)
def test_a_reading_excuses_a_quote_only_where_it_mends_it(
    monkeypatch, reading, approximates, verdict
):
    monkeypatch.setitem(MEASURES, "one", lambda: Number(arb(1)))
    part = Part(
        "x",
        sp.Integer(-1),
        measure="one",
        unit=sp.Rational(1, 10),
        reading=reading,
        approximates=approximates,
    )
    assert quoted.judge_quoted(part).verdict == verdict


def test_the_setting_of_addition_is_at_coexistence():
    """The ring is stationary there, as deep as zero, and nothing is learned yet."""
    at = addition()
    assert at[lam] == 0 and at[a] == residual_factor().subs(at)
    assert sp.simplify(mode_action().coupling.subs(at) - at[u]) == 0
    ring = {x: at[x], x_v: at[x], u: at[u], gamma: at[gamma]}
    assert [sp.simplify(e.subs(ring)) for e in (action_density(), *stationarity())] == [0, 0, 0]


@pytest.mark.parametrize("label", ["A.11-kernel", "M.13", "0.18"])
def test_the_page_says_of_an_entry_what_its_document_says(label):
    document = entry_document(registry()[label])
    text = blocks_markdown([_entry(document)])
    assert text.startswith(f"## {label}: ") and document["verdict"] in text.splitlines()[0]
    for part in document["parts"]:
        assert f": {part['verdict']}" in text
        for formula in filter(None, [(part["latex"] or {}).get("ratio")]):
            assert f"$$ {formula} $$" in text
        for values in (part.get("size") or {}).values():
            assert values is None or f"in the paper's setting: {', '.join(values)}" in text
        if part["latex"] is None:
            assert f"quoted {part['printed']}, computed" in text
    assert all(item in text for item in registry()[label].evidence)


def test_the_page_lists_what_is_not_simply_right(monkeypatch):
    members = [registry()[label] for label in ("A.9", "A.11-kernel", "M.10", "0.18")]
    monkeypatch.setattr(audit_page, "SECTIONS", {"Some": members})
    monkeypatch.setattr(audit_page, "misprints", lambda of: Table([], [], ""))
    monkeypatch.setattr(audit_page, "changes", lambda of: Table([], [], ""))
    documents = [entry_document(entry) for entry in members]
    text = audit_page.page(documents, {})
    listed = text.partition("What is not simply right")[2].partition("##")[0]
    grave = {d["label"] for d in documents if d["verdict"] != "confirmed"}
    assert {d["label"] for d in documents if f"| {d['label']} |" in listed} == grave
    assert grave and len(grave) < len(documents)


@pytest.mark.parametrize("label", ["A.12", "C.43", "M.6b", "M.Claim II"])
def test_labels_of_the_student(label):
    assert model_of(label) == "teacher-student"


@pytest.mark.parametrize("label", ["B.36", "M.14", "M.16b", "Table 1"])
def test_labels_of_addition(label):
    assert model_of(label) == "modular"


def test_what_is_too_long_to_be_read_is_left_out():
    many = sp.symbols("s:300", positive=True)
    assert told(sum(many), str) is None and told(None, str) is None
    assert told(many[0], str) == "s0"


def test_what_changes_from_the_published_to_the_derived_theory():
    """Coexistence and the cold count of neurons as the models' own numerics have them."""
    rows = {row["what"]: row for row in published_against_derived()}
    assert {row["known"] for row in rows.values()} == {"certified", "derived", "computed"}
    for row in rows.values():
        assert row["published"] and row["derived"] and row["published"] != row["derived"]
    text = " ".join(f"{row['published']} {row['derived']}" for row in rows.values())
    assert "0.178719454735" in text and "0.00611561" in text


def test_code_or_page():
    where = {(row["label"], row["what"]): row["where"] for row in code_or_page()}
    assert where["A.11-kernel", "Q11 without its factor 2"] == "on the page only"
    assert where["B.39", "cross term"] == "on the page only"
    assert where["A.7b", "r_perp^2 held at its average"] == "in the code"
    assert where["B.37b", "lambda without 4 P^2"] == "in the code"


def test_a_value_of_an_entry_is_one_line():
    assert flat({"roots": [1, "2/3"], "none": None, "of": {"u": 29}}) == "roots 1, 2/3, of u 29"
