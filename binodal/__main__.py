"""``python -m binodal`` is the command line."""

from __future__ import annotations

import sys

from binodal.cli import main

if __name__ == "__main__":
    sys.exit(main())
