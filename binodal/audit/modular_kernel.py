"""The kernel and the action of modular addition in real space: enumeration, sums, simulation."""

from __future__ import annotations

from itertools import product

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.audit.paper.alphabet import R_V, R_W
from binodal.audit.witness import Witness, close, derived_at, part, printed_at, shown
from binodal.derive.symbols import (
    N,
    P,
    a,
    gamma,
    sigma2,
    sigma_a2,
    u,
    x,
    x0_mean,
    x0x0_mean,
    x_mean,
    x_v,
    xx_mean,
    xy_mean,
)
from binodal.models.modular.derivations.action import mode_action

Array = NDArray[np.float64]
HYPER = {N: 7.0, sigma_a2: 0.3, sigma2: 0.8, a: 0.6, gamma: 0.2}


def character(order: int, first: int, second: int) -> NDArray[np.complex128]:
    """The normalised character (first, second) on the P^2 pairs."""
    n, m = np.divmod(np.arange(order**2), order)
    return np.asarray(np.exp(2j * np.pi * (first * n + second * m) / order) / order)


def field(w: Array, v: Array) -> Array:
    """(w_n + v_m)^2 on the pairs, for many neurons (rows)."""
    return np.asarray(((w[:, :, None] + v[:, None, :]) ** 2).reshape(len(w), -1))


def target_eigenvalue() -> Witness:
    """All 2^{2P} neurons with weights in {-1, 2}: Q on the target, and its mode moments."""
    numbers, holds, fails = {}, True, True
    for order in (3, 5):
        weights = np.array(list(product((-1.0, 2.0), repeat=2 * order)))
        w, v = weights[:, :order], weights[:, order:]
        phi = field(w, v)
        kernel = phi.T @ phi / len(phi)
        target = character(order, 1, 1)
        image = kernel @ target
        value = float((target.conj() @ image).real)
        holds &= bool(np.allclose(image, value * target))
        square_w, square_v = (np.abs(np.fft.fft(s, axis=1)[:, 1] / order) ** 2 for s in (w, v))
        point = {P: order, sigma_a2: 1, xy_mean: sp.Float(float((square_w * square_v).mean()))}
        derived, printed = (f("B.37b", "factor", point) for f in (derived_at, printed_at))
        holds &= close(derived, value, 1e-10)
        fails &= not close(printed, value, 1e-2)
        numbers[f"P = {order}"] = (
            f"{shown(value)}, derived {shown(derived)}, as printed {shown(printed)}"
        )
    statement = "the kernel's eigenvalue on the target is 4 P^2 <|w_k|^2 |v_k|^2>"
    return Witness("exact enumeration", statement, holds, fails, numbers)


def _phased(moduli: Array, generator: np.random.Generator) -> Array:
    """Real weights with the given moduli of the modes 0..(P-1)/2 and uniform phases."""
    draws, half = moduli.shape
    modes = moduli * np.exp(2j * np.pi * generator.random((draws, half)))
    modes[:, 0] = moduli[:, 0] * generator.choice([-1.0, 1.0], draws)
    spectrum = np.concatenate([modes, modes[:, :0:-1].conj()], axis=1)
    return np.asarray(np.fft.fft(spectrum, axis=1).real)


def axis_eigenvalues() -> Witness:
    """Random phases and two-valued moduli at P = 7: eigenvalues on (1,0) and (0,0)."""
    order, draws = 7, 400_000
    generator = np.random.default_rng(5)
    w, v = (_phased(generator.choice([0.5, 1.5], (draws, 4)), generator) for _ in range(2))
    phi = field(w, v)
    second, fourth = (0.25 + 2.25) / 2, (0.0625 + 5.0625) / 2
    point = {
        P: order,
        x_mean: second,
        x0_mean: second,
        xx_mean: fourth,
        x0x0_mean: fourth,
        xy_mean: second**2,
    }
    numbers, holds, fails = {}, True, True
    for name, pair in (("on |K,0>", (1, 0)), ("on |0,0>", (0, 0))):
        samples = np.abs(phi @ character(order, *pair).conj()) ** 2
        mean, error = samples.mean(), samples.std() / np.sqrt(draws)
        derived, printed = (f("B.36", name, point) for f in (derived_at, printed_at))
        holds &= abs(mean - derived) < 4 * error
        fails &= abs(mean - order**2 * printed) > 4 * error
        numbers[name] = (
            f"{shown(mean, error)}, derived {shown(derived)}, as printed times P^2 "
            f"{shown(order**2 * printed)}"
        )
    statement = "multiplicities on the axes and on the constant, beyond the lost P^2"
    return Witness("simulation", statement, holds, fails, numbers)


def real_action(w: Array, v: Array) -> float:
    """S of one neuron by direct sums over labels and pairs, at the module's parameters."""
    order = len(w)
    n, m = np.divmod(np.arange(order**2), order)
    squares = (w[n] + v[m]) ** 2
    overlaps = [(((n + m) % order == p) - 1 / order) @ squares for p in range(order)]
    strength = HYPER[sigma_a2] * HYPER[a] ** 2 / (2 * HYPER[N] * HYPER[sigma2] ** 2)
    decay = sum((np.abs(np.fft.fft(s) / order) ** 6).sum() for s in (w, v))
    interaction = strength * float(np.square(overlaps).sum())
    return float((w @ w + v @ v) / 2 - interaction + order * HYPER[gamma] / 6 * decay)


def one_pair(order: int, left: float, right: float, label: int = 2) -> tuple[Array, Array]:
    """A neuron whose only modes are +-label, with moduli ``left`` of w and ``right`` of v."""
    angle = 2 * np.pi * label * np.arange(order) / order
    return 2 * left * np.cos(angle + 0.3), 2 * right * np.cos(angle - 1.1)


def mode_density(order: int, left: float, right: float) -> float:
    """s(x, x_v) of the derived action at the module's parameters."""
    of = mode_action()
    coupling = float(of.coupling.subs(HYPER | {P: order}))
    return float(of.s.subs({x: left**2, x_v: right**2, u: coupling, gamma: HYPER[gamma]}))


def fourier_action() -> Witness:
    """Real-space S of a neuron with one pair of modes, and of a constant neuron."""
    order, left, right = 7, 0.8, 0.55
    value = real_action(*one_pair(order, left, right))
    density = mode_density(order, left, right)
    point = {P: order}
    derived, printed = (f("B.37b", "exponent of a mode", point) for f in (derived_at, printed_at))
    constant = real_action(np.full(order, 0.4), np.full(order, -0.7))
    constant -= order * HYPER[gamma] / 6 * (0.4**6 + 0.7**6)
    here = {R_W: 0.4, R_V: 0.7, P: order}
    zero, zero_printed = (f("B.34", "k = 0", here) for f in (derived_at, printed_at))
    holds = close(derived * density, value, 1e-10) and close(zero, constant, 1e-10)
    fails = not close(printed * density, value, 0.1) and not close(zero_printed, constant, 0.1)
    numbers = {
        "S of the modes +-k": shown(value),
        "2 P s": shown(derived * density),
        "P s": shown(printed * density),
        "S of the zero mode": shown(constant),
        "derived": shown(zero),
        "as printed": shown(zero_printed),
    }
    return Witness(
        "direct sums",
        "a pair +-k of modes has the action 2 P s; the zero mode has P",
        holds,
        fails,
        numbers,
    )


def saddle_equations() -> Witness:
    """Centred differences of the real-space S in |w_k| against B.39's cross term."""
    order, left, right, h = 7, 0.8, 0.55, 1e-4
    ends = (real_action(*one_pair(order, left + sign * h, right)) for sign in (1, -1))
    up, down = ends
    slope = (up - down) / (2 * h) / (2 * order)
    rest = left + HYPER[gamma] * left**5
    values = HYPER | {P: order}
    derived, printed = (f("B.39", "cross term", values) for f in (derived_at, printed_at))
    measured = (slope - rest) / (left * right**2)
    numbers = {
        "cross term": shown(measured),
        "derived": shown(derived),
        "as printed": shown(printed),
    }
    return Witness(
        "differences of direct sums",
        "the cross term of the saddle equations",
        close(measured, derived, 1e-6),
        not close(measured, printed, 0.1),
        numbers,
    )


def lambda_under_m14() -> Witness:
    """lambda/sigma^2 of a ring neuron by direct sums at beta = 1 and 4 (P = 5 and 10)."""
    growth = {}
    for name in ("as printed", "derived"):
        spread, heat = _scaled(name)
        ratios = []
        for beta, order in ((1, 5), (4, 10)):
            w, v = one_pair(order, 0.8, 0.8, 1)
            overlap = np.abs(field(w[None], v[None]) @ character(order, 1, 1).conj())[0] ** 2
            ratios.append(beta**spread * overlap / beta**heat)
        growth[name] = float(ratios[1] / ratios[0])
    numbers = {f"growth from beta = 1 to 4, exponents {k}": shown(g) for k, g in growth.items()}
    return Witness(
        "direct sums",
        "lambda/sigma^2 of the same neuron as the model is scaled",
        close(growth["derived"], 1, 1e-9),
        close(growth["as printed"], 4, 1e-9),
        numbers,
    )


def _scaled(name: str) -> tuple[float, float]:
    """Exponents of sigma_a^2 and of sigma^2, as printed in M.14 or derived."""
    entry = part("M.14", "powers of beta")
    assert entry.derived is not None
    exponents = entry.printed if name == "as printed" else entry.derived()
    return float(exponents.args[2]), float(exponents.args[3])
