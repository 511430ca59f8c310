"""How a grid is cut into chunks: by the request alone, never by who computes them.

A chunk is computed in one call and stored in one piece. A vectorised solver's last bits may depend
on what stands beside a cell (it iterates until the slowest cell has settled), so equal chunks are
what makes equal bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod


def chunk_shape(shape: Sequence[int], most: int) -> tuple[int, ...]:
    """The largest block of at most ``most`` cells that is contiguous in C order.

    Trailing axes stay whole as long as they fit; the first that does not is cut into parts of
    about the same length.

    >>> chunk_shape((101, 101), 8192), chunk_shape((3, 20000), 8192), chunk_shape((5,), 8192)
    ((51, 101), (1, 6667), (5,))
    """
    sizes: list[int] = []
    room = most
    for count in reversed(shape):
        sizes.append(ceil(count / ceil(count / room)))
        room = max(1, room // sizes[-1])
    return tuple(reversed(sizes))


@dataclass(frozen=True)
class Chunks:
    """All chunks of a grid of ``shape``, numbered in C order; those at the end may be smaller."""

    shape: tuple[int, ...]
    size: tuple[int, ...]

    @property
    def grid(self) -> tuple[int, ...]:
        """How many chunks there are along each axis."""
        return tuple(ceil(n / s) for n, s in zip(self.shape, self.size, strict=True))

    def __len__(self) -> int:
        return prod(self.grid)

    def place(self, number: int) -> tuple[int, ...]:
        """The chunk's position among the chunks.

        >>> chunks = Chunks((101, 250), (51, 100))
        >>> len(chunks), chunks.place(4), chunks.part(4)
        (6, (1, 1), (slice(51, 101, None), slice(100, 200, None)))
        """
        place: list[int] = []
        for count in reversed(self.grid):
            number, position = divmod(number, count)
            place.append(position)
        return tuple(reversed(place))

    def part(self, number: int) -> tuple[slice, ...]:
        """The chunk's cells."""
        return tuple(
            slice(position * size, min((position + 1) * size, count))
            for position, size, count in zip(self.place(number), self.size, self.shape, strict=True)
        )

    def cells(self, number: int) -> int:
        """How many cells the chunk has."""
        return prod(part.stop - part.start for part in self.part(number))
