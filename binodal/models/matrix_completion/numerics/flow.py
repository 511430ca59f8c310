"""Gradient flow of U U^T - V V^T, and the path that it follows where decay is slow.

The unknowns are P = M - 1 and Q = M^-1 - 1, from zero on, so that W = A^2 (P - Q) loses no digits
at a large start. R is the residual as a matrix, or what pushes along the path.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from binodal.models.diagonal_linear.numerics.gradient_flow import Predictor, Vector
from binodal.models.matrix_completion.setting import Setting
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
Walk = Callable[[float], tuple[Array, Array, Array]]
"""x = -log A to W, dW/dx, and the correction of W per lambda."""
_MOST_CALLS = 30_000
"""A few seconds; hard settings need a tenth of it."""
_SETTLED, _FORGOTTEN, _GONE = 1e3, 30.0, 40.0
"""A start, over the square root of the data, that is as good as any larger, and relaxations until
residuals are gone.
"""


class Seen:
    """The linear map from a matrix to what is seen of it; ``matrices`` may be any symmetric ones.

    ``scale`` is the square root of the largest target.
    """

    def __init__(self, matrices: Array, targets: Array) -> None:
        self.matrices, self.targets = matrices, targets
        self.scale = float(np.abs(targets).max()) ** 0.5

    @classmethod
    def entries(cls, setting: Setting) -> Seen:
        """Single entries of a symmetric matrix; both orders of a pair are seen, as one."""
        matrices = np.zeros((len(setting.places), setting.size, setting.size))
        targets = np.array(setting.values, dtype=float)
        for k, (i, j) in enumerate(setting.places):
            matrices[k, i, j] = matrices[k, j, i] = 1.0 if i == j else 0.5**0.5
            targets[k] *= 1.0 if i == j else 2**0.5
        return cls(matrices, targets)

    def of(self, matrix: Array) -> Array:
        """What is seen of a matrix."""
        return np.asarray(np.einsum("kij,ij->k", self.matrices, matrix))

    def spread(self, weights: Array) -> Array:
        """The sum of the matrices with weights."""
        return np.tensordot(weights, self.matrices, 1)

    def kernel(self, matrix: Array) -> Array:
        """<A_k, {matrix, A_l}>."""
        pushed = both_sides(matrix, self.matrices)
        return np.asarray(np.einsum("kij,lij->kl", self.matrices, pushed))


def both_sides(one: Array, other: Array) -> Array:
    """The anticommutator."""
    return np.asarray(one @ other + other @ one)


class CompletionFlow:
    """Gradient flow in s = lambda t; predictors are the entries of W on and above its diagonal.

    A start far above the data and the decay is replaced by one that is as good: both find the
    residuals gone, and what their order leaves in M is of third order in P.
    """

    def __init__(self, seen: Seen, alpha: float, decay: float) -> None:
        self._seen, self._decay = seen, decay
        self.alpha = min(alpha, max(_SETTLED * seen.scale, (_FORGOTTEN * decay) ** 0.5))
        self._size = seen.matrices.shape[-1]
        self._upper = np.triu_indices(self._size)

    def _matrix(self, s: float, state: Array) -> tuple[Array, Array, Array]:
        p, q = state.reshape(2, self._size, self._size)
        return (self.alpha * np.exp(-s)) ** 2 * (p - q), p, q

    def velocity(self, s: float, state: Array) -> Array:
        """dP/ds and dQ/ds."""
        w, p, q = self._matrix(s, state)
        push = self._seen.spread(self._seen.targets - self._seen.of(w)) * (2 / self._decay)
        return np.array(moved(push, p, q)).ravel()

    def weights(self, end: float, tolerance: float) -> tuple[Vector, Callable[[float], Array]]:
        """The steps taken, and W at any s up to the end. Raises Undecided."""
        start, small = np.zeros(2 * self._size**2), tolerance * 1e-3 / (1 + self.alpha**2)
        integral = _integrated(self.velocity, (0.0, end), start, tolerance, small)
        return integral.t, lambda s: self._matrix(s, integral.sol(s))[0]

    def integrated(self, end: float, tolerance: float) -> tuple[Vector, Predictor]:
        """The same, with nan where W does not fit the data yet. Raises Undecided."""
        targets, largest = self._seen.targets, self._seen.scale**2
        steps, weights = self.weights(end, tolerance)

        def predictor(s: float) -> Vector:
            w = weights(s)
            fits = np.abs(self._seen.of(w) - targets).max() < largest / 2
            return w[self._upper] if fits else np.full(len(self._upper[0]), np.nan)

        return steps, predictor


class CompletionPath:
    """The path of slow decay and its first correction in lambda, by x = -log A.

    It begins where the flow without decay ends at A = alpha. The correction follows the path for
    targets that are less by the residuals per lambda, from what decay has moved by then.
    """

    def __init__(self, seen: Seen, alpha: float, tolerance: float) -> None:
        self._seen, self._tolerance = seen, tolerance
        self._size = seen.matrices.shape[-1]
        self._alpha = min(alpha, _SETTLED * seen.scale)
        self.start = -float(np.log(self._alpha))
        self._state = self._settled()

    def _settled(self) -> Array:
        """P and Q when the data fit at A = alpha, and per lambda what they are beside the path."""
        slowest = np.linalg.eigvalsh(2 * self._alpha**2 * self._seen.kernel(np.eye(self._size)))[0]
        end, nothing = _GONE / slowest, np.zeros(4 * self._size**2)
        small = self._tolerance * 1e-3 / (1 + self._alpha**2)
        integral = _integrated(self._fitting, (0.0, end), nothing, self._tolerance, small)
        state = np.asarray(integral.y[:, -1])
        walked, half = self.velocity(self.start, state), len(state) // 2
        state[half:] -= end * walked[:half]
        return state

    def _fitting(self, time: float, state: Array) -> Array:
        p, q, p_moves, q_moves = state.reshape(4, self._size, self._size)
        w, scale = self._alpha**2 * (p - q), self._alpha**2
        w_moves = scale * (p_moves - q_moves) - 2 * time * w
        push = self._seen.spread(self._seen.targets - self._seen.of(w))
        return self._pushed(push, -self._seen.spread(self._seen.of(w_moves)), state)

    def _pushed(self, push: Array, push_moves: Array, state: Array) -> Array:
        """2 {R, M} and -2 {R, M^-1}, and both linearised."""
        p, q, p_moves, q_moves = state.reshape(4, self._size, self._size)
        one = np.eye(self._size)
        own, by_push = moved(2 * push, p, q), moved(2 * push_moves, p, q)
        by_state = moved(2 * push, p_moves - one, q_moves - one)
        return np.array([*own, *(a + b for a, b in zip(by_push, by_state, strict=True))]).ravel()

    def velocity(self, x: float, state: Array) -> Array:
        """dP/dx and dQ/dx, and the same of their corrections."""
        p, q, p_moves, q_moves = state.reshape(4, self._size, self._size)
        scale = np.exp(-2 * x)
        kernel = scale * self._seen.kernel(p + q + 2 * np.eye(self._size))
        rho = np.linalg.solve(kernel, self._seen.targets)
        push = self._seen.spread(rho)
        ahead, back = moved(2 * push, p, q)
        turned = scale * self._seen.kernel(ahead + back) - 2 * kernel
        shifted = np.linalg.solve(kernel, turned @ rho) / 2 - rho
        shifted = shifted - scale * self._seen.kernel(p_moves + q_moves) @ rho
        return self._pushed(push, self._seen.spread(np.linalg.solve(kernel, shifted)), state)

    def walked(self, end: float) -> Walk:
        """The path from a large A down. Raises Undecided."""
        span = self.start, end
        integral = _integrated(self.velocity, span, self._state, self._tolerance, 1e-22)

        def walk(x: float) -> tuple[Array, Array, Array]:
            scale, state = np.exp(-2 * x), integral.sol(x)
            p, q, p_moves, q_moves = state.reshape(4, self._size, self._size)
            ahead, back, *_ = self.velocity(x, state).reshape(4, self._size, self._size)
            w = scale * (p - q)
            return w, scale * (ahead - back) - 2 * w, scale * (p_moves - q_moves)

        return walk


def moved(push: Array, p: Array, q: Array) -> tuple[Array, Array]:
    """{R, M} and -{R, M^-1}."""
    return both_sides(push, p) + 2 * push, -both_sides(push, q) - 2 * push


def _integrated(
    velocity: Any, span: tuple[float, float], start: Array, tolerance: float, small: float
) -> Any:
    left = count(-_MOST_CALLS)

    def counted(place: float, state: Array) -> Array:
        if next(left) > 0:
            raise Undecided(f"gradient flow needs more than {_MOST_CALLS} evaluations")
        return np.asarray(velocity(place, state))

    with np.errstate(all="ignore"):
        solution = solve_ivp(
            counted, span, start, "LSODA", rtol=tolerance, atol=small, dense_output=True
        )
    if solution.status != 0 or not np.isfinite(solution.y).all():
        raise Undecided(f"gradient flow could not be integrated: {solution.message}")
    return solution
