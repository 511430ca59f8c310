"""Any activation, any single-index teacher: a neuron's norm and its overlap with the teacher."""
