"""Speed, as tables: `python -m benchmarks.NAME`.

Each program times what it compares in turns within one run, so that a busy
moment of the machine hits all of it, and prints ratios of medians.
"""
