"""Delays of networks and the mechanism behind them: request, sources, document, table, picture."""
