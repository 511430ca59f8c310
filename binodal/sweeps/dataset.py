"""A sweep's table as an xarray.Dataset, the same as xarray reads from its zarr store."""

from __future__ import annotations

from typing import Any

from binodal.extras import extra
from binodal.sweeps.arrays import Arrays
from binodal.sweeps.axis import floats
from binodal.sweeps.layout import coordinates, variables


def dataset(table: Arrays) -> Any:
    """Variables with coordinates, meanings and codes; the request and hashes as attributes."""
    with extra("sweep", "to_xarray"):
        import xarray
    axes = {
        variable.name: xarray.Variable(variable.dimensions, floats(axis), dict(variable.attributes))
        for axis, variable in zip(table.axes, coordinates(table), strict=True)
    }
    data = {
        v.name: xarray.Variable(v.dimensions, table.array(v.name).copy(), dict(v.attributes))
        for v in variables(table)
    }
    return xarray.Dataset(data, axes, dict(table.attributes))
