"""Other models' derivations that the forms here rest on: the weight of the curvature in 1/N."""

PACKAGES = ("binodal.models.teacher_student.derivations",)
