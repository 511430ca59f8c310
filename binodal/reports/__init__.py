"""The report: one module a model collects results, the others write them."""
