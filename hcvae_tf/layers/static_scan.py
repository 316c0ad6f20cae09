"""The scan of the LSTM for XLA, over one of a few lengths."""

import tensorflow as tf

from hcvae_tf.layers.lstm_scan import activate, backward_loop, forward_loop

# XLA compiles the loops once for each.
_LENGTHS = 4


def static_lengths(length: int) -> list[int]:
    """Returns the quarters of a length, rounded up, each once."""
    return sorted({-(-length * k // _LENGTHS) for k in range(1, _LENGTHS + 1)})


def static_scan(steps, projected, h, c, kernel, gain, bias, epsilon):
    """Computes the first steps, and others up to one of the static lengths.

    XLA needs shapes that do not depend on values. So each length is a branch,
    and the graph chooses the shortest one that is enough. What the backward
    loop needs is kept at full length: the gradient is a choice among branches,
    too, not the gradient of a choice, which would keep the values of all
    branches.

    Args:
        steps: int32 scalar, number of steps.
        projected: see `scan`, for this and the other arguments; its length must
            be static.
        h: initial state.
        c: initial cell.
        kernel: recurrent weights.
        gain: gain of the layer norm.
        bias: bias of the layer norm.
        epsilon: added to the variance.

    Returns:
        What `scan` returns, with zeros for steps that are left out; the last
        `h` and `c` are those of the last step that is not.
    """
    length = projected.shape[0]
    lengths = static_lengths(length)
    shorter = tf.constant(lengths[:-1], tf.int32)
    index = tf.math.count_nonzero(shorter < steps, dtype=tf.int32)

    def chosen(branch):
        branches = [lambda size=size: branch(size) for size in lengths]
        return tf.switch_case(index, branches)

    @tf.custom_gradient
    def run(projected, h, c, kernel, gain, bias):
        def forward(size):
            (hs, *state), (_, *saved) = forward_loop(
                activate, projected[:size], h, c, kernel, gain, bias, epsilon
            )
            kept = [hs, *(array.stack() for array in saved)]
            return state, [_filled(values, length - size) for values in kept]

        state, (hs, *saved) = chosen(forward)

        def gradient(d_hs, d_h, d_c):
            def backward(size):
                arrays = [
                    _array(values[: size - length or None]) for values in saved
                ]
                d_projected, *others = backward_loop(
                    d_hs[:size], d_h, d_c, h, kernel, gain, hs[:size], *arrays
                )
                return _filled(d_projected, length - size), *others

            return chosen(backward)

        return (hs, *state), gradient

    return run(projected, h, c, kernel, gain, bias)


def _filled(values, missing):
    """Appends zeros for missing steps."""
    rest = [[0, 0]] * (len(values.shape) - 1)
    return tf.pad(values, [[0, missing], *rest])


def _array(values):
    """Returns values as an array that a loop can read."""
    return tf.TensorArray(values.dtype, tf.shape(values)[0]).unstack(values)
