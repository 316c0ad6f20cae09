"""Benchmarks that print tables: `python -m benchmarks.NAME`.

Each program times its cases in turns within one run, so that a busy moment of
the machine affects all of them, and prints ratios of medians.
"""
