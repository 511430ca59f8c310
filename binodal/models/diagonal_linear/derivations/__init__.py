"""From gradient flow with decay to the time of the transition, as checked steps."""
