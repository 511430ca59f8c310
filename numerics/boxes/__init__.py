"""Many boxes at once: interval arithmetic on arrays, and exclusion by bisection."""
