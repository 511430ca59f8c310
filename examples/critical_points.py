"""Where the transition of the paper's Fig. 2 lies: both theories, three parameters to move.

Run it with ``python examples/critical_points.py``.
"""

from __future__ import annotations

from binodal.api import critical
from binodal.page.tables import shown


def main() -> None:
    """One line for each theory and parameter: the certified point of coexistence."""
    for theory in ("published", "derived"):
        for along in ("sigma2", "n", "N"):
            point = critical(
                "teacher-student", "coexistence", along=along, preset="fig2", theory=theory
            )
            print(f"{theory:<10} {along:<7} {shown(point.document['value'], 12)}  [{point.status}]")


if __name__ == "__main__":
    main()
