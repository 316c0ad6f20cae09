"""A layer-norm LSTM, which PyTorch does not have."""

import torch
from torch import nn


class LayerNormLSTM(nn.Module):
    """LSTM with one layer norm over its four gates, called like `nn.LSTM`.

    It is a plain loop over the positions; `torch.jit.script` is deprecated and
    did not make it faster.

    Args:
        input_size: width of the inputs.
        units: size of the state.

    Call arguments:
        inputs: tensor of shape `(batch, length, input_size)`.
        state: pair `(h, c)` of tensors of shape `(batch, units)`; zeros by
            default.

    Returns:
        Outputs of shape `(batch, length, units)`, and the last state.
    """

    def __init__(self, input_size, units):
        super().__init__()
        self.units = units
        self.kernel = nn.Linear(input_size, 4 * units, bias=False)
        self.recurrent_kernel = nn.Linear(units, 4 * units, bias=False)
        self.norm = nn.LayerNorm(4 * units, eps=1e-4)

    def forward(self, inputs, state=None):
        """Runs over all positions."""
        h, c = state or 2 * (inputs.new_zeros(len(inputs), self.units),)
        outputs = []
        # The input part of all positions is one product.
        for projected in self.kernel(inputs).unbind(1):
            gates = self.norm(projected + self.recurrent_kernel(h))
            # The order of nn.LSTM.
            i, f, g, o = gates.chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            outputs.append(h)
        return torch.stack(outputs, 1), (h, c)
