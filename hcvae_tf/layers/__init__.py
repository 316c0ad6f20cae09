"""Custom Keras layers and what they need from `tf.distribute`."""
