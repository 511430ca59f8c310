"""When a curve changes: one rule, the rate of its false alarms, and what trainings say by it."""
