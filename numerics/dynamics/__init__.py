"""Laws and networks in time: what a course is, and how particles are moved."""
