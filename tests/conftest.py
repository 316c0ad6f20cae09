"""Settings of all tests."""

import hypothesis

# The first call of a TensorFlow function takes long; that is no error.
hypothesis.settings.register_profile("tensorflow", deadline=None)
hypothesis.settings.load_profile("tensorflow")
