"""What overlaps need of derivations: built once, then kept in the cache."""
