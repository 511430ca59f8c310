"""How to cite the program and the paper that it studies."""

from __future__ import annotations

from binodal.version import VERSION

PAPER = """@inproceedings{rubin2024grokking,
  title     = {Grokking as a First Order Phase Transition in Two Layer Networks},
  author    = {Rubin, N. and Seroussi, I. and Ringel, Z.},
  booktitle = {International Conference on Learning Representations (ICLR)},
  year      = {2024},
  eprint    = {2310.03789},
  archivePrefix = {arXiv}
}"""

SOFTWARE = f"""@software{{binodal,
  title   = {{binodal: grokking as a first-order phase transition, derived, computed and tested}},
  author  = {{{{The binodal contributors}}}},
  version = {{{VERSION}}},
  license = {{MIT}}
}}"""


def cite() -> str:
    """BibTeX entries of this program and of the paper that it studies.

    >>> "2310.03789" in cite()
    True
    """
    return f"{SOFTWARE}\n\n{PAPER}"
