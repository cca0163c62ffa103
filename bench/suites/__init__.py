"""The benchmarks: a module for each, with one function ``run``."""
