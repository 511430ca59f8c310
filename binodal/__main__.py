"""The program: it listens to what asks it to stop before it loads anything that takes time."""

from __future__ import annotations

import gc
import os
import sys

from binodal.signals import LISTENER


def main() -> int:
    """Run the command line; return the exit status."""
    try:
        LISTENER.start()
        gc.set_threshold(50_000)  # what libraries load stays, and need not be looked through
        from binodal.cli import main as run

        return run()
    except KeyboardInterrupt:
        os.write(2, b"binodal: interrupted\n")
        os._exit(3)


if __name__ == "__main__":
    sys.exit(main())
