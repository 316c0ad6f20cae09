"""Settings of all tests, and where their data lies."""

import hypothesis
import pytest

# The first call of a TensorFlow function takes long; that is no error.
hypothesis.settings.register_profile("tensorflow", deadline=None)
hypothesis.settings.load_profile("tensorflow")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """Where the tests prepare their data, once."""
    return tmp_path_factory.mktemp("data")
