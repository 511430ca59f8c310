"""Rescaling by a model's scaling, under the name that the commands use."""

from numerics.rescale import Exponents as Exponents
from numerics.rescale import rescale as rescale
from numerics.rescale import square_root as square_root
from numerics.rescale import whole_sizes as whole_sizes
