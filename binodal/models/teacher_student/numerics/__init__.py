"""Numbers of the teacher-student model: closure, saddles, critical points, grids."""
