"""Source text that generated files carry with them: special functions their language lacks."""
