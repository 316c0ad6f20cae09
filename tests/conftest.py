"""Settings and the data folder of all tests."""

import hypothesis
import pytest

# The first call of a TensorFlow function is slow; that is not an error.
hypothesis.settings.register_profile("tensorflow", deadline=None)
hypothesis.settings.load_profile("tensorflow")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """The folder in which the tests prepare their data once."""
    return tmp_path_factory.mktemp("data")
