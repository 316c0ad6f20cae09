"""Builds a peer. PyTorch is imported only when one is built."""

import os
from typing import TYPE_CHECKING

from benchmarks.peers import TorchPeer
from hcvae_tf.models.config import Config
from pipelines.cores import cores
from pipelines.errors import UserError
from pipelines.vocabulary import Vocabulary

if TYPE_CHECKING:
    from benchmarks.pytorch.text_vae import TorchTextVAE


def build_peer(
    peer: TorchPeer, config: Config, vocabulary: Vocabulary
) -> "TorchTextVAE":
    """Builds a peer, and gives PyTorch as many threads as TensorFlow takes.

    PyTorch alone would count two hyper-threads as one. `TF_NUM_INTRAOP_THREADS`
    sets the number of both.

    Raises:
        UserError: if PyTorch is not installed.
    """
    try:
        import torch
    except ImportError:
        raise UserError(
            "`peer` needs PyTorch; run pip install -e '.[torch]'"
        ) from None
    from benchmarks.pytorch.text_vae import TorchTextVAE

    threads = os.environ.get("TF_NUM_INTRAOP_THREADS") or cores()
    torch.set_num_threads(int(threads))
    return TorchTextVAE(config, vocabulary, peer == "torch-layer-norm")
