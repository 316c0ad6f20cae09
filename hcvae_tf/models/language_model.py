"""The base class of the language models."""

import keras
import tensorflow as tf

from hcvae_tf.layers.logits_head import LogitsHead, TiedLogitsHead
from hcvae_tf.layers.renamed_arguments import RenamedArguments
from hcvae_tf.layers.token_embedding import TokenEmbedding


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
        embedding_size: width of the vectors of tokens, which the head shares;
            0 for one-hot vectors and a head of its own.
        feature_skip: whether the head sees the features beside the outputs of
            the subclass.
    """

    def __init__(
        self,
        input_vocabulary_size,
        output_vocabulary_size,
        feature_size=0,
        embedding_size=0,
        feature_skip=False,
        **kwargs,
    ):
        # A float32 state must stay float32.
        super().__init__(autocast=False, **kwargs)
        self.input_vocabulary_size = input_vocabulary_size
        self.output_vocabulary_size = output_vocabulary_size
        self.feature_size = feature_size
        self.embedding_size = embedding_size
        self.feature_skip = feature_skip
        self.embedding = None
        shared = {"model_dtype": self.compute_dtype, "name": "head"}
        if embedding_size:
            self.embedding = TokenEmbedding(
                input_vocabulary_size, embedding_size, dtype=self.dtype_policy
            )
            self.head = TiedLogitsHead(
                self.embedding, output_vocabulary_size, **shared
            )
        else:
            self.head = LogitsHead(output_vocabulary_size, **shared)

    def with_embedding(self, tokens, features):
        """Replaces tokens by their vectors, if the model has any.

        Args:
            tokens: int32 tensor.
            features: float tensor with one axis more, or None.

        Returns:
            The tokens, or None in their place, and the features, with the
            vectors before them.
        """
        if self.embedding is None:
            return tokens, features
        vectors = self.embedding(tokens)
        if features is not None:
            features = tf.cast(features, vectors.dtype)
            vectors = tf.concat([vectors, features], axis=-1)
        return None, vectors

    def build_head(self, width):
        """Builds the head for outputs of a width."""
        if self.feature_skip:
            width += self.feature_size
        self.head.build((None, None, width))

    def logits(self, outputs, features):
        """Returns the logits of the outputs of the subclass.

        Args:
            outputs: float tensor of shape `(..., width)`.
            features: float tensor of shape `(..., feature_size)`, or None.
        """
        if self.feature_skip:
            features = tf.cast(features, outputs.dtype)
            outputs = tf.concat([outputs, features], axis=-1)
        return self.head(outputs)

    def get_config(self):
        """Returns the arguments of the language model."""
        return {
            **super().get_config(),
            "input_vocabulary_size": self.input_vocabulary_size,
            "output_vocabulary_size": self.output_vocabulary_size,
            "feature_size": self.feature_size,
            "embedding_size": self.embedding_size,
            "feature_skip": self.feature_skip,
        }
