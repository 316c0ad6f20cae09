"""Convolutions that halve the length of a text, or double it.

They pad as TensorFlow does, which is not PyTorch's `padding=1`. Maps have shape
`(batch, filters, length)`.
"""

import torch.nn.functional as F
from torch import nn


class Halve(nn.Module):
    """Convolution of kernel 3 and stride 2, batch norm and ReLU.

    An odd length is rounded up.
    """

    def __init__(self, filters_in, filters_out):
        super().__init__()
        self.convolution = nn.Conv1d(
            filters_in, filters_out, 3, stride=2, bias=False
        )
        self.norm = _batch_norm(filters_out)

    def forward(self, maps):
        """Returns maps of half the length."""
        padded = F.pad(maps, (maps.shape[-1] % 2, 1))
        return self.norm(self.convolution(padded)).relu()


class Double(nn.Module):
    """Transposed convolution of kernel 3 and stride 2, batch norm and ReLU."""

    def __init__(self, filters_in, filters_out):
        super().__init__()
        self.convolution = nn.ConvTranspose1d(
            filters_in, filters_out, 3, stride=2, bias=False
        )
        self.norm = _batch_norm(filters_out)

    def forward(self, maps):
        """Returns maps of twice the length."""
        return self.norm(self.convolution(maps)[..., :-1]).relu()


def _batch_norm(filters):
    # Keras's epsilon; its momentum of 0.9 is 0.1 in PyTorch.
    return nn.BatchNorm1d(filters, eps=1e-3, momentum=0.1)
