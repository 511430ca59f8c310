"""Two directions in the teacher: saddles and events in two cosines and the norm."""
