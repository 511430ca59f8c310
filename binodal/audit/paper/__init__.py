"""The printed equations as data, compared with what the derivations give."""
