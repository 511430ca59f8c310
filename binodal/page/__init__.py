"""How results are written down: blocks, mathematics, tables and figures."""
