"""Modular addition's critical points, ring, weights and closed forms, as blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from binodal.derive.symbols import latex
from binodal.derive.theories import THEORIES
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import closure
from binodal.models.modular.derivations.events import events
from binodal.models.modular.derivations.nngp import nngp_spectrum
from binodal.models.modular.derivations.saddles import saddles
from binodal.models.modular.derivations.weights import weights
from binodal.models.modular.report import data
from binodal.models.modular.report.content import REPORT
from binodal.models.registry import preset
from binodal.page.blocks import Block, Fold, Formula, Paragraph, Part, Table, literal
from binodal.page.section import Document, Request, Section, all_decided
from binodal.page.tables import shown

QUOTED = REPORT.quoted
QUOTED_A = ("-1", "-0.7")
"""What the text on Fig. 3 quotes for the printed a between the two ends of GMFL-I."""

_SHOWN = 10
_DIGITS = {True: 20, False: 50}


def chapter(request: Request) -> Section:
    """All events of both theories and limits, the closures below them, and the weights."""
    request.say("  critical points, certified")
    points = data.critical_points(request.critical, _DIGITS[request.quick])
    request.say("  closure below the transition, both limits, certified")
    solved = data.solutions(request.solve, 15)
    request.say("  weights of the ring: printed, one loop, exact")
    weighed = data.weights()
    documents = {
        "critical": list(points.values()),
        "solve": solved,
    }
    return Section(
        [*_critical_blocks(points), _solution_part(solved), _weight_part(weighed), _closed_forms()],
        data={**documents, "weights": [_weight_document(each) for each in weighed]},
        decided=all_decided([*documents["critical"], *documents["solve"]]),
    )


def _critical_rows(documents: data.Events) -> list[list[str]]:
    rows = []
    for (limit, theory, event), document in documents.items():
        state = document["at"] or {}
        cells = [document["value"], *(state.get(key) for key in ("u", "x", "a"))]
        rows.append(
            [event, theory, limit, *(shown(cell, _SHOWN) for cell in cells), document["status"]]
        )
    rows.append(["GMFL-I begins", "quoted", "-", QUOTED["coexistence"], "-", "-", QUOTED_A[0], "-"])
    rows.append(["GMFL-II begins", "quoted", "-", QUOTED["gmfl2"], "-", "-", QUOTED_A[1], "-"])
    return rows


def _critical_blocks(documents: data.Events) -> list[Block]:
    published = {
        event: documents["thermodynamic", "published", event] for event in ("coexistence", "gmfl2")
    }
    away = {
        event: float(document["value"]["mid"]) / float(QUOTED[event]) - 1
        for event, document in published.items()
    }
    last_a = float(published["gmfl2"]["at"]["a"]["mid"])
    return [
        Table(
            ["event", "theory", "limit", r"$\sigma^2$", "$u$", "$x$", "$a$", "status"],
            _critical_rows(documents),
            "Events along sigma^2 at the setting of Fig. 3. `gmfl2` is the end of GMFL-I, where "
            "the zero state loses its weight; `mass` is where the ring holds half of the "
            "probability. Rows without a ball are quotations.",
        ),
        Paragraph(
            "The derived a is positive: M.17 carries the sign of a residual defined with the "
            "other sign, and only a^2 enters the action."
        ),
        Paragraph(
            rf"The paper quotes $\sigma^2 \approx {QUOTED['coexistence']}$ for the start of "
            rf"GMFL-I, {QUOTED['gmfl2']} for that of GMFL-II, and a from {QUOTED_A[0]} to "
            f"{QUOTED_A[1]} in between. The printed equations give coexistence "
            f"{away['coexistence']:+.1%} and the end of GMFL-I {away['gmfl2']:+.1%} from these "
            f"values, and a = {last_a:.4f} (printed sign: {-last_a:.4f}) at the end."
        ),
        *_absences(documents),
    ]


def _absences(documents: data.Events) -> list[Block]:
    end = literal(documents["thermodynamic", "derived", "gmfl2"]["reason"])
    stable = literal(documents["thermodynamic", "derived", "instability"]["reason"])
    finite = literal(documents["finite", "derived", "coexistence"]["reason"])
    return [
        Paragraph(
            "In the derived theory coexistence stays where it is, but GMFL-I has no end at this "
            f"setting: {end}."
        ),
        Paragraph(f"The zero state has no instability: {stable}."),
        Paragraph(
            f'The rows "finite" are for P = {preset(data.PRESET)["P"]}: there the derived ring '
            "always stays a little above zero, because its lambda would otherwise be too large. "
            f"For coexistence, {finite}; `mass` and `gmfl2` are absent for the same reason."
        ),
    ]


def _solution_part(solved: Sequence[Document]) -> Part:
    header = [
        "theory",
        r"$\sigma^2$",
        "limit",
        "phase",
        "$a$",
        r"$\lambda$",
        "mass of the ring",
        "$N m$",
    ]
    width = float(preset(data.PRESET)["N"])
    rows = []
    for document in solved:
        mass = max((s["mass"] or 0.0 for s in document["saddles"] if _is_ring(s)), default=0.0)
        sigma2 = f"{float(Fraction(document['params']['sigma2'])):.3g}"
        state = [document["theory"], sigma2, document["limit"], document["phase"]]
        state += [shown(document["closure"][name], 8).split(" ")[0] for name in ("a", "lambda")]
        rows.append([*state, f"{mass:.5g}", f"{width * mass:.4g}"])
    most = data.neurons_at_zero_temperature("derived")
    words = (
        "In the derived theory N m grows as sigma^2 falls, but never beyond "
        f"{most:.3g} at this setting: the mean-field average is carried by less than one neuron "
        f"per mode, and a network of N = {width:.0f} neurons need not show it. With all else "
        f"kept, one neuron per mode needs $N \\ge$ {data.neurons_needed():.3g}."
    )
    caption = (
        "The closure below coexistence. N m is the mean number of neurons on the ring of one mode."
    )
    return Part("Neurons per mode", [Table(header, rows, caption), Paragraph(words)])


def _is_ring(saddle: Mapping[str, Any]) -> bool:
    return bool(saddle["kind"] == "minimum" and float(saddle["x"]["mid"]) > 0)


def _weight_part(weighed: Sequence[data.Weighed]) -> Part:
    header = ["where", "$P$", "printed (B.41)", "one loop", "exact", "one loop / exact − 1"]
    rows = []
    for each in weighed:
        odds = each.weights
        numbers = (odds.printed, odds.one_loop, odds.exact, odds.one_loop_error)
        rows.append([each.where, str(each.order), *(f"{float(n.mid()):.5g}" for n in numbers)])
    words = Paragraph(
        "The printed weight 4 counts signs of real numbers; a mode is complex, its saddles are a "
        "torus of phases, and the zero state is narrow as 1/P. The error of one loop falls as 1/P."
    )
    caption = (
        "Odds of the ring against the zero state. Exact: both basins of exp(-S) integrated with "
        "proved bounds, divided at the mean of the saddle between them."
    )
    return Part("Odds of the ring against the zero state", [Table(header, rows, caption), words])


def _weight_document(each: data.Weighed) -> dict[str, Any]:
    names = ("printed", "one_loop", "exact", "neurons")
    odds = {name: float(getattr(each.weights, name).mid()) for name in names}
    return {"where": each.where, "P": each.order, **odds}


def _closed_forms() -> Part:
    results = events("derived").results
    forms = [
        Formula(
            latex(mode_action().s),
            "Action of a mode, s(x, x_v), with S = P s (published) or 2 P s (derived)",
        ),
        Formula(f"u = {latex(mode_action().coupling)}", "Coupling"),
        Formula("x_\\pm = " + latex(saddles().results["x_plus"]), "Ring"),
        Formula(latex(saddles().results["depth"]), "Depth s on the ring"),
        Formula(r"\sigma^2 = " + latex(results["sigma2_birth"]), "Birth"),
        Formula(r"\sigma^2 = " + latex(results["sigma2_coexistence"]), "Coexistence"),
        Formula(latex(nngp_spectrum().results["pair_eigenvalue"]), "NNGP eigenvalue of the target"),
        Formula(latex(weights().results["odds_one_loop"]), "Odds of the ring, one loop"),
    ]
    return Part("Closed forms", [*forms, *(_of_theory(theory) for theory in THEORIES)])


def _of_theory(theory: str) -> Fold:
    own = events(theory).results
    forms = [
        Formula(
            r"\lambda = " + latex(closure(theory).results["lambda_ring"]),
            "lambda of a ring of mass m",
        ),
        Formula(r"\sigma^2 = " + latex(own["sigma2_gmfl2"]), "End of GMFL-I"),
        Formula(latex(own["gmfl2_ratio"]), "It exists iff this is below 1"),
        Formula(latex(own["neurons_per_mode"]), "Neurons on the ring of one mode in GMFL-I"),
    ]
    return Fold(f"What differs, {theory} theory", forms)
