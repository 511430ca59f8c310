"""Parameters of the models: exact rationals with their ranges, presets and scalings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from binodal.numerics.errors import ParameterError

if TYPE_CHECKING:
    import sympy as sp

LARGEST = Fraction(10) ** 30


@dataclass(frozen=True)
class Field:
    """The allowed range of a parameter, whether it counts something, and why it is bounded."""

    minimum: Fraction = Fraction(0)
    strict: bool = True
    whole: bool = False
    signed: bool = False
    why: str = ""

    def problem(self, value: Fraction) -> str | None:
        """What is wrong with a value, or None."""
        if abs(value) > LARGEST:
            return "must not exceed 1e30 in size"
        if self.signed:
            return None
        if value < self.minimum or (self.strict and value == self.minimum):
            bound = f"must be {'greater than' if self.strict else 'at least'} {self.minimum}"
            return f"{bound} ({self.why})" if self.why else bound
        return None


FIELDS: Mapping[str, Mapping[str, Field]] = MappingProxyType(
    {
        "teacher-student": {
            "N": Field(Fraction(1), strict=False, whole=True),
            "n": Field(Fraction(1), strict=False, whole=True),
            "d": Field(Fraction(2), strict=False, whole=True),
            "sigma2": Field(),
            "sigma_w2": Field(),
            "sigma_a2": Field(),
            "epsilon": Field(signed=True),
        },
        "modular": {
            "N": Field(Fraction(1), strict=False, whole=True),
            "P": Field(Fraction(2), strict=False, whole=True),
            "sigma2": Field(),
            "sigma_a2": Field(),
            "gamma": Field(why="without the sextic decay p(w) is not normalisable"),
        },
    }
)


def _exact(**values: str | int) -> dict[str, Fraction]:
    return {name: Fraction(value) for name, value in values.items()}


PRESETS: Mapping[str, tuple[str, Mapping[str, Fraction]]] = MappingProxyType(
    {
        # C.43: sigma_a^2 = 8/N at N = 700.
        "fig2": (
            "teacher-student",
            _exact(
                N=700,
                n=3000,
                d=150,
                sigma2="9/50",
                sigma_w2="1/2",
                sigma_a2="8/700",
                epsilon="-3/10",
            ),
        ),
        # Caption of Fig. 3: sigma_a^2 = 0.002/N at N = 1000.
        "fig3": (
            "modular",
            _exact(N=1000, P=401, sigma2="1/4", sigma_a2="1/500000", gamma="1/10000"),
        ),
        # D.44.
        "app-d": (
            "teacher-student",
            _exact(
                N=700,
                n=600,
                d=150,
                sigma2="1/20",
                sigma_w2="1/2",
                sigma_a2="11/1000",
                epsilon="-6/5",
            ),
        ),
    }
)


@dataclass(frozen=True)
class Parameters(Mapping[str, Fraction]):
    """Exact values of one model's parameters; a mapping from name to Fraction.

    Raises :class:`ParameterError` with one line when a name is unknown or missing, or a value
    is out of range.

    >>> preset("fig2")["sigma_a2"]
    Fraction(2, 175)
    """

    model: str
    values_by_name: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        fields = fields_of(self.model)
        for name, value in self.values_by_name.items():
            if name not in fields:
                raise ParameterError(
                    f"unknown parameter {name!r}: {self.model} has {', '.join(fields)}"
                )
            problem = fields[name].problem(value)
            if problem:
                raise ParameterError(f"{name}={value}: {name} {problem}")
        missing = [name for name in fields if name not in self.values_by_name]
        if missing:
            raise ParameterError(
                f"missing parameter {missing[0]!r}: give -s {missing[0]}=VALUE or --preset"
            )
        ordered = {name: Fraction(self.values_by_name[name]) for name in fields}
        object.__setattr__(self, "values_by_name", MappingProxyType(ordered))

    def __getitem__(self, name: str) -> Fraction:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def __hash__(self) -> int:
        return hash((self.model, tuple(self.values_by_name.items())))

    def __reduce__(self) -> tuple[type[Parameters], tuple[str, dict[str, Fraction]]]:
        """How copies and other processes make them again."""
        return Parameters, (self.model, dict(self.values_by_name))

    def replace(self, **changes: Fraction) -> Parameters:
        """A copy with some values changed."""
        return Parameters(self.model, {**self.values_by_name, **changes})

    def put_into(self, expression: sp.Expr) -> sp.Expr:
        """The expression at these values, exactly; what is no parameter of the model stays.

        >>> from binodal.models.teacher_student.derivations.continuum import strength
        >>> preset("fig2").put_into(strength())
        40000/1323
        """
        import sympy as sp

        known = {s: self.get(str(s)) for s in expression.free_symbols}
        return expression.subs({s: sp.Rational(v) for s, v in known.items() if v is not None})

    def as_strings(self) -> dict[str, str]:
        """Exact values as strings, p or p/q."""
        return {name: str(value) for name, value in self.items()}


def fields_of(model: str) -> Mapping[str, Field]:
    """The fields of a model. Raises ParameterError for an unknown one."""
    if model not in FIELDS:
        raise ParameterError(f"unknown model {model!r}: choose {' or '.join(FIELDS)}")
    return FIELDS[model]


def preset(name: str) -> Parameters:
    """The parameters of a published setting. Raises ParameterError for an unknown name."""
    if name not in PRESETS:
        raise ParameterError(f"unknown preset {name!r}: choose {', '.join(PRESETS)}")
    model, values = PRESETS[name]
    return Parameters(model, values)


def require_known(what: str, name: str, known: Sequence[str]) -> None:
    """Raise ParameterError for a name that is not in a table."""
    if name not in known:
        raise ParameterError(f"unknown {what} {name!r}: choose {', '.join(known)}")


def require_share(fraction: Fraction) -> None:
    """Raise ParameterError for a share of a probability that is not between 0 and 1."""
    if not 0 < fraction < 1:
        raise ParameterError(f"fraction={fraction}: fraction must lie between 0 and 1")
