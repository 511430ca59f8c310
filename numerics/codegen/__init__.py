"""Code generation: derived expressions as numpy, mpmath and certified ball arithmetic."""
