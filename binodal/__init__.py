"""What people use: the command line, the Python interface and the report."""

from binodal.version import VERSION

__version__ = VERSION
