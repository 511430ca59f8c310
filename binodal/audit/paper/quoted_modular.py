"""Claims and numbers that the paper quotes for modular addition."""

from __future__ import annotations

from binodal.audit.paper.entry import Entry
from binodal.audit.paper.quoted import parts_of, quoted

MODULAR = "binodal critical modular --preset fig3 --event coexistence"
_START = (
    "Coexistence is at 0.2360 in both theories. The printed closure solved at P = 401 starts there "
    "too, and the printed cross term of B.39 would give 0.017: no variant tried gives 0.227, where "
    "a has already fallen to 0.962."
)
_SIGN = "The sign is that of M.17: with the residual y - f of M.8, a is positive."

ADDITION = (
    Entry(
        "B.Claim I",
        "no displayed formula of its own",
        parts_of("M.14b"),
        "The page shows no formula under this claim beyond those of its section; judged by M.14b.",
        ("binodal derive modular scaling",),
    ),
    Entry(
        "B.Claim II",
        "no displayed formula of its own",
        parts_of("M.15b"),
        "The page shows no formula under this claim beyond those of its section; judged by M.15b.",
        ("binodal derive modular orbits",),
    ),
    Entry(
        "B.Claim III",
        "the residual factor a",
        parts_of("M.17"),
        "The same as M.17.",
        ("binodal derive modular closure",),
    ),
    Entry(
        "B.Claim IV",
        "no displayed formula of its own",
        parts_of("M.16"),
        "The page shows no formula under this claim beyond those of its section; judged by M.16.",
        ("binodal derive modular action",),
    ),
    Entry(
        "0.227",
        "start of GMFL-I in Fig. 3",
        (
            quoted("printed theory", "0.227", "modular-start-published", "0.001", _START),
            quoted("derived theory", "0.227", "modular-start-derived", "0.001", _START),
        ),
        "lambda of the zero state moves the start by 8e-6 only.",
        (MODULAR,),
        ("modular-start",),
    ),
    Entry(
        "0.175",
        "start of GMFL-II in Fig. 3",
        (
            quoted("printed theory", "0.175", "modular-end-published", "0.001"),
            quoted(
                "full ring needs lambda/(sigma^2 + lambda) below 1",
                "1",
                "modular-end-exists",
                "0",
                "The derived lambda is 4 P^2 = 643204 times larger, so a ring with 6e-6 of the "
                "probability closes the loop: GMFL-I never ends, and at these parameters it would "
                "need less than 0.01 neuron a mode, so mean field itself fails.",
            ),
        ),
        "The printed lambda gives 0.17602.",
        (
            "binodal critical modular --preset fig3 --event gmfl2 --theory published",
            "binodal critical modular --preset fig3 --event gmfl2",
        ),
        ("target-eigenvalue", "modular-start"),
    ),
    Entry(
        "a-range",
        "a from -1 to -0.7 in Fig. 3",
        (
            quoted("a at the start", "-1", "a-at-start", "1/10", _SIGN, reading=lambda e: -e),
            quoted(
                "a at 0.17602", "-7/10", "a-at-end-published", "1/10", _SIGN, reading=lambda e: -e
            ),
        ),
        "a is pinned to sigma^2/(sigma^2 + lambda)_c in GMFL-I: 0.7458 at the end of the printed "
        "GMFL-I. In the derived theory GMFL-I does not end there (0.175), and a goes on falling to "
        "0 with sigma^2.",
        ("binodal derive modular events",),
        ("modular-start",),
    ),
)
