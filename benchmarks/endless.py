"""Untrained models that never end a text, so all texts are equally long."""

from typing import TYPE_CHECKING

from hcvae_tf.models.config import Config

if TYPE_CHECKING:
    from hcvae_tf.inference.local_signatures import LocalSignatures
    from pipelines.vocabulary import BaseVocabulary


def endless(
    config: Config, vocabulary: "BaseVocabulary | None" = None
) -> "LocalSignatures":
    """Builds an untrained model, in float32.

    Args:
        config: settings with a hybrid decoder.
        vocabulary: that of the texts; all bytes by default.
    """
    import numpy as np

    from hcvae_tf.inference.local_signatures import LocalSignatures
    from hcvae_tf.training.compiled_model import compiled_model
    from pipelines.vocabulary import END, PAD, Vocabulary

    vocabulary = vocabulary or Vocabulary()
    model = compiled_model(
        config.replace("training", precision="float32"), vocabulary
    )
    bias = np.zeros(vocabulary.size, "float32")
    bias[[PAD, END]] = -1e9
    model.decoder.language_model.head.bias.assign(bias)
    return LocalSignatures(model, vocabulary, config.data.length)
