"""Numbers from derivations: code generation, certified roots, closures and critical points."""
