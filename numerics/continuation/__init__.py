"""Solution curves of n equations in n + 1 unknowns: followed in floats, proved in balls."""
