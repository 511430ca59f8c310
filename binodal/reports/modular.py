"""The modular-addition part of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from binodal.models.model import THEORIES
from binodal.reports import modular_data as data
from binodal.reports.modular_figures import landscape_figure, residual_figure
from binodal.reports.section import Say, Section, markdown_table, verified_steps
from binodal.result import Result
from binodal.tables import shown
from derive.modular.action import mode_action
from derive.modular.closure import closure
from derive.modular.events import events
from derive.modular.nngp import nngp_spectrum
from derive.modular.quantities import QUANTITIES
from derive.modular.saddles import saddles
from derive.modular.weights import weights
from derive.symbols import latex
from numerics.parameters import preset

QUOTED = {"coexistence": "0.227", "gmfl2": "0.175"}
"""sigma^2 at the start of GMFL-I and of GMFL-II, as the text on Fig. 3 quotes them."""
QUOTED_A = ("-1", "-0.7")
"""What it quotes for the printed a between the two."""

_SHOWN = 10


def modular(quick: bool, say: Say) -> Section:
    """Derive, verify, compute and draw; raises when a derivation's check fails."""
    section = Section("Modular addition")
    say("derivations, each step with its independent check")
    steps, count = verified_steps(QUANTITIES, "derived", say)
    say("critical points, certified")
    found = data.critical_points(20 if quick else 50)
    say("closure below the transition, both limits, certified")
    solved = data.solutions(15)
    say("weights of the ring: printed, one loop, exact")
    weighed = data.weights()
    say("residual against temperature")
    curves = {theory: data.residual_curves(theory, 81 if quick else 201) for theory in THEORIES}
    section.table = _critical_rows(found)
    section.body = [
        _critical_text(found),
        _figure_text(),
        _solution_text(solved),
        _weight_text(weighed),
        _closed_forms(),
        f"## Derivations\n\nAll {count} steps passed their checks while this report was written.",
        steps,
    ]
    landscapes = {theory: data.landscape(theory, found) for theory in THEORIES}
    quoted = [float(value) for value in QUOTED.values()]
    width = int(preset(data.PRESET)["N"])
    section.figures = {
        "modular-residual": partial(residual_figure, curves, _places(found), quoted, width),
        "modular-landscape": partial(landscape_figure, landscapes),
    }
    section.data = _documents(found, solved, weighed, curves)
    return section


def _places(found: data.Events) -> dict[str, dict[str, float]]:
    """Where the thermodynamic events are that exist."""
    return {
        theory: {
            event: at
            for event in ("birth", "coexistence", "gmfl2")
            if (at := data.place(found["thermodynamic", theory, event])) is not None
        }
        for theory in THEORIES
    }


def _critical_rows(found: data.Events) -> list[list[str]]:
    rows = [["event", "theory", "limit", "sigma^2", "u", "x", "a", "status"]]
    for (limit, theory, event), result in found.items():
        document = result.document
        at = document["at"] or {}
        cells = [document["value"], *(at.get(key) for key in ("u", "x", "a"))]
        rows.append(
            [event, theory, limit, *(shown(cell, _SHOWN) for cell in cells), document["status"]]
        )
    rows.append(["GMFL-I begins", "quoted", "-", QUOTED["coexistence"], "-", "-", QUOTED_A[0], "-"])
    rows.append(["GMFL-II begins", "quoted", "-", QUOTED["gmfl2"], "-", "-", QUOTED_A[1], "-"])
    return rows


def _critical_text(found: data.Events) -> str:
    documents = {key: result.document for key, result in found.items()}
    published = {
        event: documents["thermodynamic", "published", event] for event in ("coexistence", "gmfl2")
    }
    away = {
        event: float(document["value"]["mid"]) / float(QUOTED[event]) - 1
        for event, document in published.items()
    }
    last_a = float(published["gmfl2"]["at"]["a"]["mid"])
    return f"""## Critical points at the setting of Fig. 3

{markdown_table(_critical_rows(found))}

`gmfl2` is the end of GMFL-I, where the zero state loses its weight; `mass` is where the ring holds
half of the probability. The derived a is positive: M.17 carries the sign of a residual defined with
the other sign, and only a^2 enters the action.

The paper quotes sigma^2 ≈ {QUOTED["coexistence"]} for the start of GMFL-I,
{QUOTED["gmfl2"]} for that of GMFL-II, and a from {QUOTED_A[0]} to {QUOTED_A[1]} in between.
The printed equations give coexistence {away["coexistence"]:+.1%} and the end of GMFL-I
{away["gmfl2"]:+.1%} from these values, and a = {last_a:.4f} (printed sign: {-last_a:.4f}) at the
end.

In the derived theory coexistence stays where it is, but GMFL-I has no end at this setting:
{documents["thermodynamic", "derived", "gmfl2"]["reason"]}.

The zero state has no instability: {documents["thermodynamic", "derived", "instability"]["reason"]}.

The rows "finite" are for P = {preset(data.PRESET)["P"]}: there the derived ring always stays a
little above zero, because its lambda would otherwise be too large. For coexistence,
{documents["finite", "derived", "coexistence"]["reason"]}; `mass` and `gmfl2` are absent for the
same reason."""


def _figure_text() -> str:
    return """## Figures

![a and neurons per mode against sigma^2](modular-residual.svg)

Top: the residual a. It is pinned to a line from coexistence on, in both theories; the printed
theory leaves the line where the ring has taken all of the probability. The triangles are the phase
boundaries that the paper quotes. Bottom: how many of the N neurons sit on the ring of one mode on
average. The printed lambda lacks the factor 4 P^2, so the printed ring needs all neurons for the
lambda that the derived ring has with a millionth of them.

![S/P of a mode](modular-landscape.svg)

The action of one mode along |w_k| = |v_k| at its self-consistent residual, P → ∞. In the derived
theory the ring stays as deep as zero at every temperature below coexistence: there the last line
covers that of coexistence."""


def _solution_text(solved: Sequence[Result]) -> str:
    rows = [["theory", "sigma^2", "limit", "phase", "a", "lambda", "mass of the ring", "N m"]]
    width = float(preset(data.PRESET)["N"])
    for result in solved:
        document = result.document
        mass = max((s["mass"] or 0.0 for s in document["saddles"] if _is_ring(s)), default=0.0)
        cold = f"{float(Fraction(document['params']['sigma2'])):.3g}"
        state = [document["theory"], cold, document["limit"], document["phase"]]
        state += [shown(document["closure"][name], 8).split(" ")[0] for name in ("a", "lambda")]
        rows.append([*state, f"{mass:.5g}", f"{width * mass:.4g}"])
    most = data.neurons_at_zero_temperature("derived")
    return f"""## Neurons per mode

{markdown_table(rows)}

N m is the mean number of neurons on the ring of one mode. In the derived theory it grows as
sigma^2 falls, but never beyond {most:.3g} at this setting: the mean-field average is carried by
less than one neuron per mode, and a network of N = {width:.0f} neurons need not show it. With all
else kept, one neuron per mode needs N ≥ {data.neurons_needed():.3g}."""


def _is_ring(saddle: Mapping[str, Any]) -> bool:
    return bool(saddle["kind"] == "minimum" and float(saddle["x"]["mid"]) > 0)


def _weight_text(weighed: Sequence[data.Weighed]) -> str:
    rows = [["where", "P", "printed (B.41)", "one loop", "exact", "one loop / exact - 1"]]
    for each in weighed:
        odds = each.weights
        numbers = (odds.printed, odds.one_loop, odds.exact, odds.one_loop_error)
        rows.append([each.where, str(each.order), *(f"{float(n.mid()):.5g}" for n in numbers)])
    return f"""## Odds of the ring against the zero state

{markdown_table(rows)}

Exact: both basins of exp(-S) integrated with proved bounds, divided at the mean of the saddle
between them. The printed weight 4 counts signs of real numbers; a mode is complex, its saddles are
a torus of phases, and the zero state is narrow as 1/P. The error of one loop falls as 1/P."""


def _closed_forms() -> str:
    results = events("derived").results
    forms = [
        ("Action of a mode, s(x, x_v), with S = P s (published) or 2 P s (derived)",
         latex(mode_action().s)),
        ("Coupling u", latex(mode_action().coupling)),
        ("Ring", "x_\\pm = " + latex(saddles().results["x_plus"])),
        ("Depth s on the ring", latex(saddles().results["depth"])),
        ("Birth, sigma^2", latex(results["sigma2_birth"])),
        ("Coexistence, sigma^2", latex(results["sigma2_coexistence"])),
        ("NNGP eigenvalue of the target", latex(nngp_spectrum().results["pair_eigenvalue"])),
        ("Odds of the ring, one loop", latex(weights().results["odds_one_loop"])),
    ]  # fmt: skip
    for theory in THEORIES:
        own = events(theory).results
        forms += [
            (f"lambda of a ring of mass m, {theory}",
             latex(closure(theory).results["lambda_ring"])),
            (f"End of GMFL-I, sigma^2, {theory}", latex(own["sigma2_gmfl2"])),
            (f"It exists iff this is below 1, {theory}", latex(own["gmfl2_ratio"])),
            (f"Neurons on the ring of one mode in GMFL-I, {theory}",
             latex(own["neurons_per_mode"])),
        ]  # fmt: skip
    lines = [f"**{name}**\n\n$$ {text} $$" for name, text in forms]
    return "\n\n".join(["## Closed forms", *lines])


def _documents(
    found: data.Events,
    solved: Sequence[Result],
    weighed: Sequence[data.Weighed],
    curves: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "critical": [result.document for result in found.values()],
        "solve": [result.document for result in solved],
        "weights": [
            {"where": each.where, "P": each.order,
             **{name: float(getattr(each.weights, name).mid())
                for name in ("printed", "one_loop", "exact", "neurons")}}
            for each in weighed
        ],
        "residual": [
            {"theory": theory, "limit": line.name, "status": "converged",
             "sigma2": line.sigma2.tolist(), "a": _finite(line.a),
             "neurons_per_mode": _finite(line.neurons)}
            for theory, lines in curves.items() for line in lines
        ],
    }  # fmt: skip


def _finite(values: Any) -> list[float | None]:
    """JSON has no NaN."""
    return [float(value) if value == value else None for value in values]
