"""A phase diagram in (epsilon, sigma^2) as a netCDF file and a picture.

Run it with ``python examples/phase_diagram.py``; it writes phase_diagram.nc and phase_diagram.png
into the current folder. The file opens with ``xarray.open_dataset("phase_diagram.nc")``.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

from binodal.api import sweep

matplotlib.use("agg")
from matplotlib import pyplot

GRIDS = ("epsilon=-0.6:-0.05:221", "sigma2=0.05:0.4:281")


def main() -> None:
    """Sweep both theories; shade by the share of the cubic mode that is not learned."""
    figure, panels = pyplot.subplots(1, 2, sharey=True, figsize=(7.4, 3), layout="constrained")
    for panel, theory in zip(panels, ("published", "derived"), strict=True):
        output = Path("phase_diagram.nc") if theory == "derived" else None
        table = sweep("teacher-student", GRIDS, preset="fig2", theory=theory, output=output)
        epsilon, sigma2 = ([float(value) for value in axis.values()] for axis in table.axes)
        share = (table.values["c"].T / epsilon).clip(0, 1)
        shade = panel.pcolormesh(epsilon, sigma2, share, cmap="cividis", vmin=0.5, rasterized=True)
        droplets = (table.phase == table.phases.index("GMFL-I")).T
        panel.contour(epsilon, sigma2, droplets, levels=[0.5], colors=["black"], linewidths=1)
        panel.set(title=f"{theory} theory", xlabel=r"cubic coefficient $\epsilon$")
    panels[0].set_ylabel(r"temperature $\sigma^2$")
    figure.colorbar(shade, ax=panels, label=r"unlearned share $c/\epsilon$", extend="min")
    figure.savefig("phase_diagram.png", dpi=150)


if __name__ == "__main__":
    main()
