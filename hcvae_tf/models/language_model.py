"""What all language models share."""

import keras

from hcvae_tf.layers.renamed_arguments import RenamedArguments


class LanguageModel(RenamedArguments, keras.Layer):
    """Predicts the next token, with or without features for each place.

    A subclass offers `call(tokens, features)` for all places at once, and
    `initial_state(batch)` and `step(state, token, features)` for one place at
    a time; the two ways give the same logits.

    Args:
        input_vocabulary_size: number of ids that are read, those for start
            and dropped included.
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
        # A state that comes as float32 stays so.
        super().__init__(autocast=False, **kwargs)
        self.input_vocabulary_size = input_vocabulary_size
        self.output_vocabulary_size = output_vocabulary_size
        self.feature_size = feature_size
        self.head = keras.layers.Dense(
            output_vocabulary_size, dtype="float32", name="head"
        )

    def get_config(self):
        """The arguments of the language model."""
        return {
            **super().get_config(),
            "input_vocabulary_size": self.input_vocabulary_size,
            "output_vocabulary_size": self.output_vocabulary_size,
            "feature_size": self.feature_size,
        }
