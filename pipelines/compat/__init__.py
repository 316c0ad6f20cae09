"""Private API of libraries, a module a library: all that an update may break.

`pyproject.toml` has an upper bound for each; `tests/*/test_compat.py` names
what broke.
"""
