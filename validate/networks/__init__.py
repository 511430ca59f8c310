"""Posteriors of finite networks as batched tensors, with analytic gradients."""
