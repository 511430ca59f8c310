"""The teacher-student model's critical points, saddles and closed forms, as blocks."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from binodal.derive.symbols import latex
from binodal.derive.theories import THEORIES
from binodal.models.registry import preset
from binodal.models.teacher_student.derivations.action import action, published_in_q
from binodal.models.teacher_student.derivations.closure import closure
from binodal.models.teacher_student.derivations.continuum import strength
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.limit import gain, zero_branch, zero_stiffness
from binodal.models.teacher_student.report import data
from binodal.models.teacher_student.report.content import REPORT
from binodal.page.blocks import Block, Fold, Formula, Items, Paragraph, Part, Table, literal
from binodal.page.section import Request, Section, all_decided
from binodal.page.tables import shown

QUOTED = REPORT.quoted["coexistence"]
QUOTED_U = "30.2"
"""u at the transition of Fig. 2 as the paper quotes it (section 3.1.1)."""

_SHOWN = 12
_DIGITS = {True: 20, False: 50}


def chapter(request: Request) -> Section:
    """All events of both theories, the saddles around them, and the closed forms."""
    request.say("  critical points, certified")
    events = data.critical_points(request.critical, _DIGITS[request.quick])
    request.say("  saddles around the transition, certified")
    solved = data.saddles(request.solve, events, 15)
    documents = {
        "critical": [each for by_event in events.values() for each in by_event.values()],
        "solve": [each for results in solved.values() for _, each in results],
    }
    return Section(
        [*_critical_blocks(events), _saddle_part(solved), _closed_forms()],
        data=documents,
        decided=all_decided([*documents["critical"], *documents["solve"]]),
    )


def _critical_rows(events: data.Events) -> list[list[str]]:
    rows = []
    for theory, by_event in events.items():
        for event, document in by_event.items():
            state = document["at"] or {}
            cells = [document["value"], *(state.get(key) for key in ("u", "q", "b"))]
            rows.append(
                [event, theory, *(shown(cell, _SHOWN) for cell in cells), document["status"]]
            )
    rows.append(["transition", "as printed", QUOTED, QUOTED_U, "-", "-", "quoted"])
    return rows


def _critical_blocks(events: data.Events) -> list[Block]:
    point = preset(data.PRESET)
    u = point.put_into(strength())
    absent = events["derived"]["instability"]["reason"]
    values = {theory: events[theory]["coexistence"]["value"] for theory in THEORIES}
    return [
        Table(
            ["event", "theory", r"$\sigma^2$", "$u$", "$q$", "$b$", "status"],
            _critical_rows(events),
            "Events along sigma^2 at the setting of Fig. 2 (C.43). Each ± is the radius of a "
            "proved ball, the rounding of the shown digits included; "
            rf"$u = {latex(strength())}$.",
        ),
        Paragraph(
            rf"The paper quotes $\sigma^2 \approx {QUOTED}$ and "
            rf"$u_c \approx {QUOTED_U}$. At this setting $\sigma^2 = {point['sigma2']}$ is "
            f"exactly u = {u} = {float(u):.4f}, so the two quoted numbers are one number. "
            f"Coexistence lies {_distances(events, float(point['sigma2']))}."
        ),
        Paragraph(f"There is no instability of the zero state: {literal(absent)}."),
        Items(
            [
                f"Coexistence, {theory}, to all computed digits: "
                rf"$\sigma^2 =$ {value['mid']} ± {value['rad']}"
                for theory, value in values.items()
            ]
        ),
    ]


def _distances(events: data.Events, printed: float) -> str:
    """How far each theory's coexistence is from the printed temperature."""
    away = {
        theory: data.place(by_event["coexistence"]) / printed - 1
        for theory, by_event in events.items()
    }
    return " and ".join(
        f"{value:+.1%} from it in the {theory} theory" for theory, value in away.items()
    )


def _saddle_part(solved: data.Solutions) -> Part:
    header = [r"$\sigma^2$", "where", "phase", "$b$", "$c$", "$q$", "$S/d$", "kind", "mass"]
    tables = [
        Table(
            header,
            [row for word, of in results for row in _saddle_rows(word, of)],
            f"Saddles of the {theory} theory, thermodynamic limit; q < 0 mirrors q > 0, and S/d "
            "is relative to q = 0.",
        )
        for theory, results in solved.items()
    ]
    pinned = Paragraph(
        "Past coexistence the feature minimum stays pinned at S/d = 0: the residual adjusts itself "
        "so that the share of neurons there, of order 1/d, keeps it so. The mass is that of one "
        f"minimum at d = {preset(data.PRESET)['d']}."
    )
    return Part("Saddles around the transition", [*tables, pinned])


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


def _closed_forms() -> Part:
    first, third = closure().results["closure_b"], closure().results["closure_c"]
    forms = [Formula(latex(published_in_q()), "Published action, S/d in q")]
    forms += [
        Formula(latex(action(theory).density()), f"Action of the {theory} theory, S/d in rho")
        for theory in THEORIES
    ]
    forms += [
        Formula(latex(action("derived").overlap2), "Overlap along the derived action, q^2"),
        Formula(f"0 = {latex(first)}", "Closure, linear mode"),
        Formula(f"0 = {latex(third)}", "Closure, cubic mode"),
        Formula(latex(zero_stiffness()), "Stiffness of the zero state, S''(0)/d"),
        Formula(latex(gain()), "Gain of the zero state, G"),
        Formula(f"0 = {latex(zero_branch())}", "Zero branch (a cubic for b)"),
    ]
    curves = []
    for event in ("birth", "coexistence"):
        ratio, strength = event_curve(event, "published")
        curves.append(Formula(latex(ratio), f"{event.capitalize()}, published: b/c along rho"))
        curves.append(
            Formula(latex(strength), f"{event.capitalize()}, published: kappa c^2 along rho")
        )
    return Part("Closed forms", [*forms, Fold("Event lines of the published theory", curves)])
