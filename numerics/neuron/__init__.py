"""The general theory of one neuron in numbers: laws, closures, saddles and events."""
