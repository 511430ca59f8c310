"""Certified phase maps over two parameters: cells whose label holds everywhere in the cell."""
