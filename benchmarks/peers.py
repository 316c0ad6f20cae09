"""The names of the hybrids that others would write."""

from typing import Literal

TorchPeer = Literal["torch-lstm", "torch-layer-norm"]
"""In PyTorch, with `nn.LSTM`, or with a layer norm as in `hcvae_tf`."""

Peer = Literal["keras", TorchPeer]
"""Or in stock Keras layers, with a layer norm."""
