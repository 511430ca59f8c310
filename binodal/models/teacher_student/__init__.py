"""The teacher-student model: an erf network learns a cubic teacher."""
