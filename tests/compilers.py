"""What can be tested only where a C compiler works."""

import os

import pytest

from binodal.numerics.codegen.library import compiler

needs_compiler = pytest.mark.skipif(
    compiler() is None and not os.environ.get("CI"),
    reason="compiled code is optional for users, and never skipped where changes are checked",
)
