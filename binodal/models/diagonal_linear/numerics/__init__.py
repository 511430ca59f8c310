"""Both predictors exactly, the path between them, and the time of the transition."""
