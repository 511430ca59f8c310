"""The teacher-student part of the report."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from binodal.models.model import THEORIES
from binodal.reports import teacher_student_data as data
from binodal.reports.section import Say, Section, markdown_table, verified_steps
from binodal.reports.teacher_student_figures import action_figure, residual_figure
from binodal.result import Result
from binodal.tables import shown
from derive.symbols import latex
from derive.teacher_student.action import action, published_in_q
from derive.teacher_student.closure import closure
from derive.teacher_student.events import event_curve
from derive.teacher_student.limit import gain, zero_branch, zero_stiffness
from derive.teacher_student.quantities import QUANTITIES
from numerics.parameters import preset

PRINTED = {"sigma2": "0.18", "u": "30.2"}
"""What the paper quotes for the transition of Fig. 2 (M.Claim I and section 3.1.1)."""

_SHOWN = 12


def teacher_student(quick: bool, say: Say) -> Section:
    """Derive, verify, compute and draw; raises when a derivation's check fails."""
    section = Section("Teacher-student model")
    say("derivations, each step with its independent check")
    steps, count = verified_steps(QUANTITIES, "derived", say)
    say("critical points, certified")
    events = data.critical_points(20 if quick else 50)
    say("saddles around the transition, certified")
    solved = data.saddles(events, 15)
    say("residual against temperature")
    curves = {theory: data.residual_curves(theory, 25 if quick else 61) for theory in THEORIES}
    section.table = _critical_rows(events)
    section.body = [
        _critical_text(events),
        _saddle_text(solved),
        _figure_text(),
        _closed_forms(),
        f"## Derivations\n\nAll {count} steps passed their checks while this report was written.",
        steps,
    ]
    action_lines = data.action_curves(events, solved)
    transition = {theory: data.place(found["coexistence"]) for theory, found in events.items()}
    epsilon = float(preset(data.PRESET)["epsilon"])
    section.figures = {
        "action": partial(action_figure, action_lines),
        "residual": partial(residual_figure, curves, transition, epsilon),
    }
    section.data = _documents(events, solved, curves)
    return section


def _critical_rows(events: data.Events) -> list[list[str]]:
    rows = [["event", "theory", "sigma^2", "u", "q", "b", "status"]]
    for theory, found in events.items():
        for event, result in found.items():
            document = result.document
            at = document["at"] or {}
            cells = [document["value"], *(at.get(key) for key in ("u", "q", "b"))]
            rows.append(
                [event, theory, *(shown(cell, _SHOWN) for cell in cells), document["status"]]
            )
    rows.append(["transition", "as printed", PRINTED["sigma2"], PRINTED["u"], "-", "-", "quoted"])
    return rows


def _critical_text(events: data.Events) -> str:
    at = preset(data.PRESET)
    u = at["n"] ** 2 * at["sigma_a2"] / (at["sigma2"] ** 2 * at["d"] * at["N"])
    absent = events["derived"]["instability"].document["reason"]
    values = {theory: events[theory]["coexistence"].document["value"] for theory in THEORIES}
    digits = "\n".join(
        f"- {theory}: sigma^2 = {value['mid']} ± {value['rad']}" for theory, value in values.items()
    )
    return f"""## Critical points at the setting of Fig. 2

{markdown_table(_critical_rows(events))}

Each ± is the radius of a certified ball, the rounding of the shown digits included;
u = n^2 sigma_a^2/(sigma^4 d N).

The paper quotes sigma^2 ≈ {PRINTED["sigma2"]} and u_c ≈ {PRINTED["u"]}. At this setting
sigma^2 = {at["sigma2"]} is exactly u = {u} = {float(u):.4f}, so the two quoted
numbers are one number. Coexistence lies at {_distances(events, float(at["sigma2"]))}.

There is no instability of the zero state: {absent}.

Coexistence to all computed digits:

{digits}"""


def _distances(events: data.Events, printed: float) -> str:
    """How far each theory's coexistence is from the printed temperature."""
    away = {
        theory: data.place(found["coexistence"]) / printed - 1 for theory, found in events.items()
    }
    return " and ".join(
        f"{value:+.1%} from it in the {theory} theory" for theory, value in away.items()
    )


def _saddle_text(solved: Mapping[str, list[tuple[str, Result]]]) -> str:
    parts = [
        "## Saddles around the transition",
        "Thermodynamic limit; q < 0 mirrors q > 0. S/d is relative to q = 0.",
    ]
    for theory, results in solved.items():
        rows = [["sigma^2", "where", "phase", "b", "c", "q", "S/d", "kind", "mass"]]
        for word, result in results:
            rows += _saddle_rows(word, result.document)
        parts.append(f"### {theory} theory\n\n{markdown_table(rows)}")
    parts.append(
        "Past coexistence the feature minimum stays pinned at S/d = 0: the residual adjusts\n"
        "itself so that the share of neurons there, of order 1/d, keeps it so. The mass is that\n"
        f"of one minimum at d = {preset(data.PRESET)['d']}."
    )
    return "\n\n".join(parts)


def _saddle_rows(word: str, document: Mapping[str, Any]) -> list[list[str]]:
    rows = []
    state = [f"{float(Fraction(document['params']['sigma2'])):.3f}", word, document["phase"]]
    state += [shown(document["closure"][mode], 8).split(" ")[0] for mode in ("b", "c")]
    for saddle in document["saddles"]:
        if saddle["q"]["mid"].startswith("-"):
            continue
        where = [shown(saddle[key], 8).split(" ")[0] for key in ("q", "action")]
        mass = "" if saddle["mass"] is None else f"{saddle['mass']:.5g}"
        rows.append([*state, *where, saddle["kind"], mass])
    return rows


def _figure_text() -> str:
    return """## Figures

![S/d against q](action.svg)

The leading -log p(q)/d of one neuron at its own self-consistent residual (thermodynamic limit), on
both sides of the transition. The derived theory contracts r_perp at each q.

![b and c against sigma^2](residual.svg)

Linear and cubic mode of the mean residual. Finite beta rescales the setting of Fig. 2 by M.11
with alpha = beta, the sizes N, n, d rounded to integers; these curves are computed (converged, not
proved) from the law at that d. The limit has a kink at coexistence: before it the cubic mode is
not learned at all."""


def _closed_forms() -> str:
    first, third = closure().results["closure_b"], closure().results["closure_c"]
    forms = [("Published action, S/d in q", latex(published_in_q()))]
    forms += [
        (f"Action of the {theory} theory, S/d in rho", latex(action(theory).density()))
        for theory in THEORIES
    ]
    forms += [
        ("Overlap along the derived action, q^2", latex(action("derived").overlap2)),
        ("Closure, linear mode (zero at the solution)", latex(first)),
        ("Closure, cubic mode (zero at the solution)", latex(third)),
        ("Stiffness of the zero state, S''(0)/d", latex(zero_stiffness())),
        ("Gain of the zero state, G", latex(gain())),
        ("Zero branch (a cubic for b)", latex(zero_branch()) + " = 0"),
    ]
    for event in ("birth", "coexistence"):
        ratio, strength = event_curve(event, "published")
        forms.append((f"{event.capitalize()}, published: b/c along rho", latex(ratio)))
        forms.append((f"{event.capitalize()}, published: kappa c^2 along rho", latex(strength)))
    lines = [f"**{name}**\n\n$$ {text} $$" for name, text in forms]
    return "\n\n".join(["## Closed forms", *lines])


def _documents(
    events: data.Events, solved: Mapping[str, Any], curves: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "critical": [r.document for found in events.values() for r in found.values()],
        "solve": [r.document for results in solved.values() for _, r in results],
        "residual": [
            {"theory": theory, "beta": line.beta, "status": "converged",
             "sigma2": line.sigma2.tolist(), "b": line.b.tolist(), "c": line.c.tolist()}
            for theory, lines in curves.items() for line in lines
        ],
    }  # fmt: skip
