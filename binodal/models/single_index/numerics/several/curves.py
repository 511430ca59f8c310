"""Learning curves with several directions: loss by multi-index, evidence and responses in balls."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb, arb_mat

from binodal.models.single_index.numerics.droplets import responses_of
from binodal.models.single_index.numerics.joint import Joint
from binodal.models.single_index.numerics.several.droplets import Feature, Pinned, Unheld
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import (
    exchanged,
    moved,
    opposites,
    same,
)
from binodal.models.single_index.numerics.several.three import own_cosine
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.transition import FORMS, zero_state
from binodal.models.single_index.settings import written
from binodal.numerics.balls import ball
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.passage import passed
from binodal.numerics.results import Curves, Transition

_FORMS = Forms("binodal.models.single_index.forms.other_curves")
_EVIDENCE, _LOSSES = _FORMS.balls("several_evidence"), _FORMS.balls("several_losses")
_TRANSITION = FORMS.balls("several_transition")
_ITSELF = ((False, 1, 1),)
Index = tuple[int, ...]


def several_curves(
    state: State, setting: SeveralSetting, t: Mapping[str, arb], by: Pinned | None = None
) -> Curves:
    """Loss, evidence and responses at a residual, where neurons hold it by their places."""
    taught = {a: ball(y) for a, y in setting.taught.items()}
    acting = tuple(setting.acting_taught)
    u, gain, _ = state.couplings(arb(0))
    numbers = [u, gain, state.rest(arb(0))[1], _unlearned(setting)]
    numbers += [*(t[written(a)] for a in acting), *(taught[a] for a in acting)]
    evidence = _EVIDENCE(acting, state.learns_linear_mode)(*numbers)[0]
    fixed = [a for a in _indices(setting) if a not in acting]
    still = {written(a): arb(int(bool(sum(a)) or setting.absent(0))) for a in fixed}
    moving = _zero_responses(state, setting, t) if by is None else _held_responses(state, by)
    shares = _losses({a: t.get(written(a), arb(0)) for a in _indices(setting)})
    return Curves(shares, _total(taught), evidence, still | moving)


def several_transition(
    state: State, setting: SeveralSetting, place: Box, share: arb, x: arb
) -> Transition:
    """What the evidence does where a feature at (m_1, m_2, log r) coexists, t = share y there.

    Exchanges of the directions tie modes together, so that its images count as one.
    """
    modes = tuple(setting.acting_taught)
    ties = exchanged(setting)
    own = [a for k, a in enumerate(modes) if ties[k][0] == k]
    second, r = own_cosine(setting, place[1]), place[2].exp()
    overlaps = setting.overlaps.at(r, max(setting.degrees) + 1)
    numbers = [place[0], second, second, r, *zero_state(state, share, x)]
    numbers += [_unlearned(setting), *(ball(setting.taught[a]) for a in own)]
    numbers += [overlaps[k] for k in setting.degrees]
    return passed(_TRANSITION(modes, ties, state.learns_linear_mode)(*numbers))


def _indices(setting: SeveralSetting) -> list[Index]:
    own = [] if setting.absent(0) or setting.constant in setting.taught else [setting.constant]
    return [*own, *setting.taught]


def _losses(t: Mapping[Index, arb]) -> dict[str, arb]:
    shares = _LOSSES(tuple(t))(*(value * value for value in t.values()))
    return dict(zip(map(written, t), shares, strict=True))


def _total(y: Mapping[Index, arb]) -> arb:
    return sum(_losses(y).values(), arb(0)) if y else arb(0)


def _unlearned(setting: SeveralSetting) -> arb:
    """The loss in modes that no neuron learns."""
    return _total({a: ball(y) for a, y in setting.taught.items() if setting.absent(sum(a))})


def _zero_responses(state: State, setting: SeveralSetting, t: Mapping[str, arb]) -> dict[str, arb]:
    """dt_a/dy_a on the zero branch: the closure's slopes turned round."""
    modes = tuple(setting.acting_taught)
    rows = Unheld(state, {a: setting.taught[a] for a in modes})
    slopes = arb_mat(rows.jacobian([t[written(a)] for a in modes])).inv()
    return {written(a): slopes[k, k] for k, a in enumerate(modes)}


def _held_responses(state: State, by: Pinned) -> dict[str, arb]:
    """The same where features hold the residual, each image with a mass of its own.

    A target that loses its symmetry moves them apart. Empty where there are more images than the
    equations tell apart.
    """
    setting = by.setting
    parts, coordinates, masses = [], list[arb](), list[arb]()
    for feature, mass in zip(by.features, by.masses, strict=True):
        images = _distinct(by, feature)
        parts += [Feature(state, setting, _ITSELF) for _ in images]
        coordinates += [x for image in images for x in image]
        masses += [mass / len(images) for _ in images]
    acting = setting.acting_several
    box = [*coordinates, *setting.coefficients().values(), *masses]
    system = Joint(parts, Unheld(state, acting), len(acting))
    try:
        responses = responses_of(system, box, tuple(acting), len(parts))
    except Undecided:
        return {}
    return {written(a): value for a, value in responses.items()}


def _distinct(by: Pinned, feature: Box) -> list[Box]:
    """A feature's images; of a neuron and its opposite one where these act alike."""
    known: list[Box] = []
    for change in by.images:
        image = moved(feature, change)
        if not any(same(one, other) for one in opposites(by.setting, image) for other in known):
            known.append(image)
    return known
