"""Random command lines and damaged files, in numbers: ``python -m tests.fuzz``."""
