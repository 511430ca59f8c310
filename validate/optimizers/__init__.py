"""Networks trained as people train them: gradient descent on a share of the data, in time."""
