"""Private API of other libraries, one module per library.

An update of a library may break it, so `pyproject.toml` has an upper bound for
each; `tests/*/test_compat.py` reports what broke.
"""
