"""Networks trained by stochastic gradient descent, which judge the times."""
