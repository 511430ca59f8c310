"""AdamW on the same kind of subsets, many networks at once: when they know the pairs not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from time import monotonic

import torch
from torch import Tensor

from binodal.models.modular.network.subset import SubsetNetwork, SubsetShape, draw_subset
from binodal.validate.run.checkpoint import Checkpoint, write_checkpoint
from binodal.validate.starts import prior_start

PER_DECADE = 16
"""Moments at which accuracies are read in each power of ten of the step."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Descents:
    """Networks of one size on subsets of several shares; the loss is the mean of (y - f)^2.

    They start at the prior w ~ N(0, 1), a ~ N(0, 1/N), times ``initial_scale``.
    """

    order: int
    width: int
    shares: tuple[Fraction, ...]
    subsets: int
    steps: int
    learning_rate: float
    weight_decay: float
    initial_scale: float
    seed: int

    @property
    def name(self) -> str:
        """Its file."""
        return f"adamw-P-{self.order}-N-{self.width}"

    @property
    def words(self) -> dict[str, str]:
        """What decides its numbers."""
        return {name: str(value) for name, value in vars(self).items()}

    @property
    def moments(self) -> tuple[int, ...]:
        """Steps at which accuracies are read."""
        count, steps = 0, {self.steps}
        while (step := round(10 ** (count / PER_DECADE))) < self.steps:
            steps.add(step)
            count += 1
        return tuple(sorted(steps))

    def shape(self, share: Fraction) -> SubsetShape:
        """Without noise and decay of their own: sigma^2 = 1, gamma = 0."""
        return SubsetShape(self.width, self.order, 1.0, 1.0, 0.0, float(share))


def descended(of: Descents, device: str, path: Path, say: Say) -> None:
    """Train all networks and keep their accuracies in time at ``path``."""
    network, x = _begun(of, device)
    own = x * network.scale
    seen = network.seen
    per = 2 / (seen.sum((1, 2)).unsqueeze(1) * of.order)
    mean, square = torch.zeros_like(own), torch.zeros_like(own)
    moments, networks, begun = set(of.moments), list[Tensor](), monotonic()
    for step in range(1, of.steps + 1):
        whitened = own / network.scale
        force = (network.gradient(whitened).sub_(whitened)).div_(network.scale).mul_(per)
        mean.lerp_(force, 0.1)
        square.lerp_(force.square_(), 0.001)
        size = (square / (1 - 0.999**step)).sqrt_().add_(1e-8)
        own.mul_(1 - of.learning_rate * of.weight_decay)
        own.addcdiv_(mean, size, value=-of.learning_rate / (1 - 0.9**step))
        if step in moments:
            networks.append(_accuracies(network, own / network.scale))
    tensors = {
        "steps": torch.tensor(of.moments),
        "accuracy": torch.stack(networks).view(len(networks), len(of.shares), of.subsets, 2),
    }
    facts = {"batch": of.words, "moves": of.steps, "device": device}
    facts["torch"] = str(torch.__version__)
    facts["per_second"] = of.steps / (monotonic() - begun)
    write_checkpoint(path, Checkpoint(tensors, facts))
    say(f"{of.name}: {facts['per_second']:.1f} steps a second")


def _begun(of: Descents, device: str) -> tuple[SubsetNetwork, Tensor]:
    stream = torch.Generator().manual_seed(of.seed)
    shares = [share for share in of.shares for _ in range(of.subsets)]
    seen = torch.stack([draw_subset(of.shape(share), stream)["seen"] for share in shares])
    starts = torch.stack([prior_start(of.shape(share), stream) for share in shares])
    network = SubsetNetwork(of.shape(Fraction(1)), seen, torch.float32, device)
    return network, (starts * of.initial_scale).float().to(device)


def _accuracies(network: SubsetNetwork, x: Tensor) -> Tensor:
    """(R, 2): of the pairs seen and of the others, NaN where there are none."""
    right = (network.output(x).argmax(1) == network.targets.argmax(0)).double()
    seen = network.seen[:, 0].double()
    parts = [(right * where).sum(1) / where.sum(1) for where in (seen, 1 - seen)]
    return torch.stack(parts, 1).cpu()
