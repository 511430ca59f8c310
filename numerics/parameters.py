"""Parameters of the models: exact rationals with their ranges, presets and scalings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from binodal.errors import said
from binodal.numerics.errors import ParameterError

if TYPE_CHECKING:
    import sympy as sp

Exponents = Mapping[str, tuple[Fraction, Fraction]]
"""For each parameter the powers of beta and of alpha that multiply it."""

LARGEST = Fraction(10) ** 30


@dataclass(frozen=True)
class Field:
    """The allowed range of a parameter, whether it counts something, and why it is bounded.

    ``default`` is its value for users who give none.
    """

    minimum: Fraction = Fraction(0)
    strict: bool = True
    whole: bool = False
    signed: bool = False
    why: str = ""
    maximum: Fraction | None = None
    default: Fraction | None = None

    def problem(self, value: Fraction) -> str | None:
        """What is wrong with a value, or None.

        >>> share = Field(maximum=Fraction(1))
        >>> share.problem(Fraction(1)), share.problem(Fraction(3, 2))
        (None, 'must be at most 1')
        """
        if abs(value) > LARGEST:
            return "must not exceed 1e30 in size"
        if self.signed:
            return None
        if value < self.minimum or (self.strict and value == self.minimum):
            bound = f"must be {'greater than' if self.strict else 'at least'} {self.minimum}"
            return f"{bound} ({self.why})" if self.why else bound
        if self.maximum is not None and value > self.maximum:
            return f"must be at most {self.maximum}"
        return None


@dataclass(frozen=True)
class Space:
    """The parameters of one model: ranges in order, published settings, and the scaling.

    ``scaling`` gives the powers of beta and of alpha that multiply each parameter that it changes.
    ``settings`` are what a member of a family of models was made of, in words.
    """

    model: str
    fields: Mapping[str, Field]
    presets: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    scaling: Callable[[], Exponents] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def name(self) -> str:
        """The model's name; a member of a family adds its settings.

        >>> Space("toy", {}, settings={"shape": "round"}).name
        'toy[shape=round]'
        """
        written = "; ".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.model}[{written}]" if written else self.model

    def at(self, values: Mapping[str, Fraction | int | str]) -> Parameters:
        """Exact parameters. Raises :class:`ParameterError` as :class:`Parameters` does.

        >>> space = Space("toy", {"N": Field(Fraction(1), whole=True), "sigma2": Field()})
        >>> space.at({"sigma2": "9/50", "N": 7})["sigma2"]
        Fraction(9, 50)
        """
        return Parameters(self, {name: Fraction(value) for name, value in values.items()})

    def exponents(self) -> Exponents:
        """The scaling as exponents. Raises :class:`ParameterError` for a model that has none."""
        if self.scaling is None:
            raise ParameterError(f"model {self.model!r} has no scaling")
        return self.scaling()

    def require(self, name: str) -> None:
        """Raise :class:`ParameterError` for a name that is no parameter of the model."""
        if name not in self.fields:
            known = ", ".join(self.fields)
            raise ParameterError(f"unknown parameter {name!r}: {self.model} has {known}")


@dataclass(frozen=True)
class Parameters(Mapping[str, Fraction]):
    """Exact values of one model's parameters; a mapping from name to Fraction.

    Raises :class:`ParameterError` with one line when a name is unknown or missing, or a value
    is out of range.

    >>> space = Space("toy", {"N": Field(Fraction(1), whole=True), "sigma2": Field()})
    >>> Parameters(space, {"sigma2": Fraction(1, 3), "N": Fraction(7)}).as_strings()
    {'N': '7', 'sigma2': '1/3'}
    """

    space: Space
    values_by_name: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        fields = self.space.fields
        for name, value in self.values_by_name.items():
            self.space.require(name)
            problem = fields[name].problem(value)
            if problem:
                raise ParameterError(f"{name}={value}: {name} {problem}")
        missing = [name for name in fields if name not in self.values_by_name]
        if missing:
            name, *more = missing
            also = f" (and {', '.join(more)})" if more else ""
            give = said(f"-s {name}=VALUE or --preset", f"{name}=VALUE or preset=NAME")
            raise ParameterError(f"missing parameter {name!r}{also}: give {give}")
        ordered = {name: Fraction(self.values_by_name[name]) for name in fields}
        object.__setattr__(self, "values_by_name", MappingProxyType(ordered))

    @property
    def model(self) -> str:
        """The model's name."""
        return self.space.name

    def __getitem__(self, name: str) -> Fraction:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def __hash__(self) -> int:
        return hash((self.model, tuple(self.values_by_name.items())))

    def __reduce__(self) -> tuple[type[Parameters], tuple[Space, dict[str, Fraction]]]:
        """How copies and other processes make them again."""
        return Parameters, (self.space, dict(self.values_by_name))

    def replace(self, **changes: Fraction) -> Parameters:
        """A copy with some values changed."""
        return Parameters(self.space, {**self.values_by_name, **changes})

    def put_into(self, expression: sp.Expr) -> sp.Expr:
        """The expression at these values, exactly; what is no parameter of the model stays.

        >>> from binodal.derive.symbols import N, sigma2
        >>> space = Space("toy", {"N": Field(Fraction(1), whole=True), "sigma2": Field()})
        >>> space.at({"sigma2": "1/3", "N": 7}).put_into(sigma2 / N)
        1/21
        """
        import sympy as sp

        known = {s: self.get(str(s)) for s in expression.free_symbols}
        return expression.subs({s: sp.Rational(v) for s, v in known.items() if v is not None})

    def as_strings(self) -> dict[str, str]:
        """Exact values as strings, p or p/q."""
        return {name: str(value) for name, value in self.items()}

    def described(self) -> dict[str, str]:
        """The settings of the model and the exact values, as strings."""
        return {**self.space.settings, **self.as_strings()}


def require_known(what: str, name: str, known: Sequence[str]) -> None:
    """Raise ParameterError for a name that is not in a table."""
    if name not in known:
        raise ParameterError(f"unknown {what} {name!r}: choose {', '.join(known)}")


def require_share(fraction: Fraction) -> None:
    """Raise ParameterError for a share of a probability that is not between 0 and 1."""
    if not 0 < fraction < 1:
        raise ParameterError(f"fraction={fraction}: fraction must lie between 0 and 1")
