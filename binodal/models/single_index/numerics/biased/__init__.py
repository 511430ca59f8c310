"""Neurons with random biases: saddles and events in the cosine, the norm and the bias."""
