"""Phase maps, hysteresis loops and finite-size ladders: requests, documents and drawings."""
