"""Results as the JSON objects of the stable interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from binodal.deferred import Deferred
from binodal.errors import DECIDED, UNDECIDED
from binodal.models.protocol import Model
from binodal.numerics.parameters import Parameters
from binodal.version import VERSION

if TYPE_CHECKING:
    from binodal.numerics.dropped import Dropped

DECIDED_STATUS = ("certified", "converged")
_SIZE_DIGITS = 6


def number(value: Any, digits: int, proved: bool = True) -> dict[str, str] | None:
    """A proved ball as {"mid", "rad"}; without a proof, or for a pair, {"value", "error"}.

    >>> number((0.25, 1e-9), 15)
    {'value': '0.25', 'error': '1e-09'}
    """
    if value is None:
        return None
    if isinstance(value, tuple):
        return {"value": repr(float(value[0])), "error": repr(float(value[1]))}
    from flint import arb

    from binodal.numerics.balls import as_dict

    ball = as_dict(value if isinstance(value, arb) else arb(value), digits)
    return ball if proved else {"value": ball["mid"], "error": ball["rad"]}


def header(
    model: str,
    theory: str,
    limit: str,
    parameters: Parameters,
    assumptions: Sequence[str],
    status: str,
) -> dict[str, Any]:
    """What every object carries."""
    return {
        "model": model,
        "theory": theory,
        "limit": limit,
        "params": parameters.described(),
        "assumptions": list(dict.fromkeys(assumptions)),
        "version": VERSION,
        "status": str(status),
    }


def _listed(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}


def curves(of: Any, digits: int, proved: bool) -> dict[str, Any] | None:
    """A numerics ``Curves``: loss and its shares, log evidence per neuron, responses."""
    if of is None:
        return None
    return {
        "test_loss": number(of.loss, digits, proved),
        "target": number(of.target, digits, proved),
        "modes": {
            name: {
                "loss": number(loss, digits, proved),
                "susceptibility": number(of.responses.get(name), digits, proved),
            }
            for name, loss in of.losses.items()
        },
        "log_evidence": number(of.log_evidence, digits, proved),
    }


def transition(of: Any, digits: int, proved: bool) -> dict[str, Any] | None:
    """A numerics ``Transition``; the slope of the log evidence is proved not to jump."""
    if of is None:
        return None
    return {
        "log_evidence": number(of.log_evidence, digits, proved),
        "slope": number(of.slope, digits, proved),
        "slope_jump": number(0, digits, proved),
        "curvature_jump": number(of.curvature_jump, digits, proved),
        "latent_heat": number(of.latent_heat, digits, proved),
    }


def dropped_row(term: Dropped) -> dict[str, Any]:
    """A term that is left out: its name, its size beside what is kept, whether that is small."""
    known = term.size is not None and term.size.is_finite()
    size = number(term.size, _SIZE_DIGITS) if known else None
    return {"name": term.name, "size": size, "small": term.small}


def dropped_rows(of: Model, parameters: Parameters, result: Any) -> list[dict[str, Any]]:
    """The terms that a result leaves out."""
    return [dropped_row(term) for term in of.dropped(parameters, result)] if of.dropped else []


def critical_document(
    of: Model, parameters: Parameters, critical: Any, notes: Sequence[str], digits: int
) -> dict[str, Any]:
    """A numerics ``Critical`` as the document of ``binodal critical``."""

    proved = critical.status == "certified"

    def point(event: Any) -> dict[str, Any]:
        coordinates = {
            key: number(getattr(event, name), digits, proved) for key, name in of.coordinates
        }
        value = {"value": number(event.value, digits, proved), "at": coordinates}
        passed = _listed("transition", transition(event.transition, digits, proved))
        widths = [{"by": by, "size": number(s, _SIZE_DIGITS)} for by, s in event.widths.items()]
        named = {**_listed("class", event.label), **_listed("width", widths)}
        return {**value, **passed, **named}

    nothing: dict[str, Any] = {"value": None, "at": None}
    return {
        **header(
            of.family,
            critical.theory,
            critical.limit,
            parameters,
            (*critical.assumptions, *notes),
            critical.status,
        ),
        "event": critical.event,
        "along": critical.along,
        **(nothing if critical.point is None else point(critical.point)),
        "others": [point(other) for other in critical.others],
        "reason": critical.reason,
        "dropped": dropped_rows(of, parameters, critical),
    }


@dataclass(frozen=True)
class _Writer:
    """Closures and saddles as JSON: whether their numbers are proved, and whether masses are."""

    of: Model
    digits: int
    proved: bool
    weighed: bool

    def saddle(self, saddle: Any) -> dict[str, Any]:
        places = self.of.places or ((self.of.order.name, self.of.order.attribute),)
        where = {key: self._place(getattr(saddle, inner)) for key, inner in places}
        action = number(saddle.action, self.digits, self.proved)
        return {**where, "action": action, "kind": saddle.kind, **self._mass(saddle.mass)}

    def _place(self, value: Any) -> Any:
        return value if isinstance(value, int) else number(value, self.digits, self.proved)

    def _mass(self, held: Any) -> dict[str, Any]:
        ball = number(held, self.digits, self.weighed)
        value = None if held is None else float(held.mid())
        if self.weighed:
            return {"mass": value, "mass_ball": ball}
        return {"mass": value, "mass_error": None if ball is None else float(ball["error"])}

    def modes(self, closure: Any) -> dict[str, Any] | None:
        if closure is None:
            return None
        return {name: self._mode(getattr(closure, inner)) for name, inner in self.of.closure}

    def _mode(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(k): number(v, self.digits, self.proved) for k, v in value.items()}
        return number(value, self.digits, self.proved)

    def block(self, part: Any) -> dict[str, Any]:
        """A part, by its own status where it has one."""
        if part.status is not None:
            sure = part.status == "certified"
            own = _Writer(self.of, self.digits, sure, sure)
            return {**part.words, "status": str(part.status), **own._held(part)}
        return {**part.words, **self._held(part)}

    def _held(self, part: Any) -> dict[str, Any]:
        numbers = {k: number(v, self.digits, self.proved) for k, v in part.numbers.items()}
        saddles = [self.saddle(place) for place in part.saddles]
        return {**(self.modes(part.closure) or {}), **numbers, "saddles": saddles}


def solve_document(
    of: Model, parameters: Parameters, solution: Any, notes: Sequence[str], digits: int
) -> dict[str, Any]:
    """A numerics ``Solution`` as the document of ``binodal solve``; its corrections take long and
    are computed when they are read.
    """
    proved = solution.status == "certified"
    writer = _Writer(of, digits, proved, solution.masses == "certified")
    # A mode that obeys a closure of its own, as k = P/2 of modular addition at even P.
    apart = writer.modes(getattr(solution, "real_mode", None))
    assumptions = (*solution.assumptions, *notes)
    document = {
        **header(
            of.family, solution.theory, solution.limit, parameters, assumptions, solution.status
        ),
        "closure": writer.modes(solution.closure),
        **_listed("curves", curves(solution.curves, digits, proved)),
        **({"real_mode": apart} if apart else {}),
        "saddles": [writer.saddle(place) for place in solution.saddles],
        **_listed("blocks", [writer.block(part) for part in solution.parts]),
        "phase": solution.phase,
        **_listed("order", solution.transition),
        **_listed("order_reason", solution.transition_reason),
        "reason": solution.reason,
        **({"corrections": None} if solution.corrections else {}),
        "dropped": dropped_rows(of, parameters, solution),
    }
    late = solution.corrections
    return Deferred(document, "corrections", late) if late else document


def exit_status(document: Mapping[str, Any]) -> int:
    """0 for a certified or converged result with its phase, 1 for undecided or absent."""
    decided = document["status"] in DECIDED_STATUS and document.get("phase") != "undecided"
    return DECIDED if decided else UNDECIDED
