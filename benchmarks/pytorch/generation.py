"""Writing texts with the PyTorch model."""

import torch

from benchmarks.peers import TorchPeer
from benchmarks.pytorch.peers import build_peer
from benchmarks.pytorch.text_vae import TorchTextVAE
from hcvae_tf.models.config import Config
from pipelines.vocabulary import END, PAD, Vocabulary


@torch.inference_mode()
def write(model: TorchTextVAE, z: torch.Tensor) -> torch.Tensor:
    """Writes a text for each latent vector, until all texts have ended.

    Args:
        model: a model in evaluation mode.
        z: float32 tensor of shape `(batch, z_size)`.

    Returns:
        int64 tensor of shape `(batch, length)`: at each position the most
        probable token, padded after the end.
    """
    features = model.features(z)
    token = torch.full((len(z), 1), model.vocabulary.start)
    tokens = torch.full((len(z), model.length), PAD)
    ended, state = torch.zeros(len(z), 1, dtype=torch.bool), None
    # nn.LSTM with one position is faster than nn.LSTMCell on a CPU.
    for position in range(model.length):
        here = slice(position, position + 1)
        logits, state = model.language_model(token, features[:, here], state)
        token = logits.argmax(-1).masked_fill(ended, PAD)
        tokens[:, here] = token
        ended |= (token == END) | (token == PAD)
        if ended.all():
            break
    return tokens


def endless_peer(
    peer: TorchPeer, config: Config, vocabulary: Vocabulary
) -> TorchTextVAE:
    """Builds an untrained peer that never ends a text; see `endless`."""
    model = build_peer(peer, config, vocabulary).eval()
    model.head.bias.data[[PAD, END]] = -1e9
    return model
