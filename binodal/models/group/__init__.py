"""Products in any finite group, learned by a quadratic network."""
