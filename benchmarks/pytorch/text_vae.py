"""The tweet hybrid."""

import itertools

import torch
import torch.nn.functional as F
from torch import nn

from benchmarks.pytorch.convolutions import Double, Halve
from benchmarks.pytorch.layer_norm_lstm import LayerNormLSTM
from hcvae_tf.models.config import Config
from pipelines.vocabulary import PAD, Vocabulary

# Least and largest z_log_var.
_BOUNDS = -10.0, 2.0


class TorchTextVAE(nn.Module):
    """The hybrid with an LSTM, in float32.

    It computes the same costs as the `TextVAE` of the same settings if the
    layer norm is there.

    Args:
        config: settings of a hybrid with an LSTM.
        vocabulary: vocabulary of the texts.
        layer_norm: whether the LSTM has a layer norm; else it is `nn.LSTM`.
    """

    def __init__(self, config: Config, vocabulary: Vocabulary, layer_norm):
        super().__init__()
        model, classes = config.model, vocabulary.size
        self.vocabulary, self.length = vocabulary, config.data.length
        self.z_size = model.z_size
        self.encoder = _stack(Halve, classes, *model.maps)
        self.smallest = -(-self.length // 2 ** len(model.maps))
        width = self.smallest * model.maps[-1]
        self.posterior = nn.Linear(width, 2 * model.z_size)
        self.expand = nn.Linear(model.z_size, width)
        self.deconvolution = _stack(
            Double, *reversed(model.maps), model.feature_size
        )
        self.auxiliary_head = nn.Linear(model.feature_size, classes)
        inputs = vocabulary.input_size + model.feature_size
        units = model.decoder_units
        self.lstm = (
            LayerNormLSTM(inputs, units)
            if layer_norm
            else nn.LSTM(inputs, units, batch_first=True)
        )
        self.feature_skip = model.feature_skip
        seen = units + model.feature_skip * model.feature_size
        self.head = nn.Linear(seen, classes)

    def encode(self, tokens):
        """Returns `z_mean` and `z_log_var`, each `(batch, z_size)`."""
        text = F.one_hot(tokens, self.vocabulary.size).float()
        maps = self.encoder(text.transpose(1, 2))
        z_mean, z_log_var = self.posterior(maps.flatten(1)).chunk(2, 1)
        least, most = _BOUNDS
        z_log_var = most - F.softplus(most - z_log_var)
        return z_mean, least + F.softplus(z_log_var - least)

    def features(self, z):
        """Returns the last maps, shape `(batch, length, feature_size)`."""
        maps = self.expand(z).relu().unflatten(1, (-1, self.smallest))
        return self.deconvolution(maps)[..., : self.length].transpose(1, 2)

    def language_model(self, previous, features, state=None):
        """Returns the logits of each position, and the LSTM's last state.

        Args:
            previous: int64 tensor of shape `(batch, positions)`, the token
                before each position.
            features: tensor of shape `(batch, positions, feature_size)`.
            state: state `(h, c)` to begin with, zeros by default.
        """
        one_hot = F.one_hot(previous, self.vocabulary.input_size).float()
        outputs, state = self.lstm(torch.cat([one_hot, features], -1), state)
        if self.feature_skip:
            outputs = torch.cat([outputs, features], -1)
        return self.head(outputs), state

    def forward(self, tokens, noise):
        """Returns the costs of each text: reconstruction, KL and auxiliary.

        Args:
            tokens: int64 tensor of shape `(batch, length)`.
            noise: tensor of shape `(batch, z_size)`, drawn from N(0, 1).

        Returns:
            Three float32 tensors of shape `(batch,)`, nats.
        """
        z_mean, z_log_var = self.encode(tokens)
        features = self.features(z_mean + (z_log_var / 2).exp() * noise)
        previous = F.pad(tokens[:, :-1], (1, 0), value=self.vocabulary.start)
        logits, _ = self.language_model(previous, features)
        kl = (z_mean**2 + z_log_var.exp() - 1 - z_log_var) / 2
        return (
            _cost(tokens, logits),
            kl.sum(1),
            _cost(tokens, self.auxiliary_head(features)),
        )


def _stack(kind, *widths):
    return nn.Sequential(*(kind(*pair) for pair in itertools.pairwise(widths)))


def _cost(tokens, logits):
    nats = F.cross_entropy(
        logits.transpose(1, 2), tokens, ignore_index=PAD, reduction="none"
    )
    return nats.sum(1)
