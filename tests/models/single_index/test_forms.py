"""Systems of equations as they are handed to the code generator."""

from __future__ import annotations

from binodal.models.single_index.forms.droplets import droplets


def test_a_jacobian_of_many_modes_has_all_its_entries():
    """Row 1, column 10 is not row 11, column 0."""
    forms = droplets(tuple(range(1, 11)), True)
    equations, slopes = (forms[name].expressions for name in ("values", "slopes"))
    assert len(equations) == 13 and len(slopes) == 13**2
