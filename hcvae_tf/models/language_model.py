"""The base class of the language models."""

import keras

from hcvae_tf.layers.renamed_arguments import RenamedArguments


class LanguageModel(RenamedArguments, keras.Layer):
    """Predicts the next token, with or without features for each position.

    A subclass has `call(tokens, features, positions=None)` for all positions,
    or this number of first ones, at once, and
    `initial_state(batch)` and `step(state, token, features)` for one position
    at a time. Both return the same logits.

    Args:
        input_vocabulary_size: number of ids that can be read, including those
            for the start and for a dropped token.
        output_vocabulary_size: number of ids that can be predicted.
        feature_size: width of the features, 0 for none.
    """

    def __init__(
        self,
        input_vocabulary_size,
        output_vocabulary_size,
        feature_size=0,
        **kwargs,
    ):
        # A float32 state must stay float32.
        super().__init__(autocast=False, **kwargs)
        self.input_vocabulary_size = input_vocabulary_size
        self.output_vocabulary_size = output_vocabulary_size
        self.feature_size = feature_size
        self.head = keras.layers.Dense(
            output_vocabulary_size, dtype="float32", name="head"
        )

    def get_config(self):
        """Returns the arguments of the language model."""
        return {
            **super().get_config(),
            "input_vocabulary_size": self.input_vocabulary_size,
            "output_vocabulary_size": self.output_vocabulary_size,
            "feature_size": self.feature_size,
        }
