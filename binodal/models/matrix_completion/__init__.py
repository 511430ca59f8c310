"""Matrix completion by U U^T - V V^T: early and late bias where trajectories are matrices."""
