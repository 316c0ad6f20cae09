r"""The recurrence of the layer-norm LSTM over all steps, with its gradient.

TensorFlow would differentiate the loop by keeping every intermediate value
of every step and by adding up the weight gradients step by step. Here the
backward loop carries the gradients of the state alone; those of the weights
are one large product after it.

Forward, for one step, with `p = x U-projected input + h_{t-1} U`:

    n = (p - mean(p)) * r,   r = 1 / sqrt(var(p) + epsilon)
    a = gain * n + bias,     i, f, o = sigmoid(a_i, a_f, a_o),  g = tanh(a_g)
    c = f * c_{t-1} + i * g,     h = o * tanh(c)

Backward, with `dh` and `dc` the gradients that reach the state:

    dc  += dh * o * (1 - tanh(c)^2)
    da_i = dc * g * i(1 - i)          da_f = dc * c_{t-1} * f(1 - f)
    da_o = dh * tanh(c) * o(1 - o)    da_g = dc * i * (1 - g^2)
    dn   = gain * da
    dp   = r * (dn - mean(dn) - n * mean(dn * n))
    dh_{t-1} = dp U^T,                dc_{t-1} = dc * f

and then, over all steps at once, `dx = dp`, `dU = sum_t h_{t-1}^T dp`,
`dgain = sum_t da * n`, `dbias = sum_t da`.
"""

import tensorflow as tf


def cell(projected, h, c, kernel, gain, bias, epsilon):
    """One step.

    Args:
        projected: input part of the gates, shape `(batch, 4 * units)`.
        h: state, shape `(batch, units)`.
        c: cell, shape `(batch, units)`.
        kernel: recurrent weights, shape `(units, 4 * units)`.
        gain: of the layer norm, shape `(4 * units,)`.
        bias: of the layer norm, shape `(4 * units,)`.
        epsilon: added to the variance.

    Returns:
        The new `h` and `c`, and what the backward step needs: the normalised
        gates `n`, their inverse deviation `r`, and the activated gates.
    """
    return _activate(projected + tf.matmul(h, kernel), c, gain, bias, epsilon)


def scan(projected, h, c, kernel, gain, bias, epsilon):
    """All steps.

    Args:
        projected: input part of the gates, shape
            `(length, batch, 4 * units)`.
        h: first state, shape `(batch, units)`.
        c: first cell, shape `(batch, units)`.
        kernel: recurrent weights, shape `(units, 4 * units)`.
        gain: of the layer norm, shape `(4 * units,)`.
        bias: of the layer norm, shape `(4 * units,)`.
        epsilon: added to the variance.

    Returns:
        The states of all steps, shape `(length, batch, units)`, and the last
        `h` and `c`.
    """

    @tf.custom_gradient
    def run(projected, h, c, kernel, gain, bias):
        saved = _forward(projected, h, c, kernel, gain, bias, epsilon)
        hs, cs = saved[:2]

        def gradient(d_hs, d_h, d_c):
            return _backward(d_hs, d_h, d_c, h, c, kernel, gain, *saved)

        return (hs, hs[-1], cs[-1]), gradient

    return run(projected, h, c, kernel, gain, bias)


def _activate(p, c, gain, bias, epsilon):
    centred = p - tf.reduce_mean(p, axis=-1, keepdims=True)
    variance = tf.reduce_mean(tf.square(centred), axis=-1, keepdims=True)
    r = tf.math.rsqrt(variance + epsilon)
    n = centred * r
    sigmoids, g = tf.split(gain * n + bias, [3 * c.shape[-1], c.shape[-1]], -1)
    sigmoids, g = tf.sigmoid(sigmoids), tf.tanh(g)
    i, f, o = tf.split(sigmoids, 3, axis=-1)
    c = f * c + i * g
    return o * tf.tanh(c), c, n, r, tf.concat([sigmoids, g], axis=-1)


def _forward(projected, h, c, kernel, gain, bias, epsilon):
    length = tf.shape(projected)[0]
    inputs = _unstack(projected, length)
    shapes = [h.shape, c.shape, projected.shape[1:], (None, 1)]
    shapes.append(projected.shape[1:])
    arrays = [
        tf.TensorArray(h.dtype, length, element_shape=shape) for shape in shapes
    ]

    def body(t, h, c, *arrays):
        h, c, *rest = cell(inputs.read(t), h, c, kernel, gain, bias, epsilon)
        written = [
            array.write(t, value)
            for array, value in zip(arrays, (h, c, *rest), strict=True)
        ]
        return t + 1, h, c, *written

    _, _, _, *arrays = tf.while_loop(
        lambda t, *_: t < length,
        body,
        (0, h, c, *arrays),
        maximum_iterations=length,
    )
    return [array.stack() for array in arrays]


def _backward(
    d_hs, d_h, d_c, first_h, first_c, kernel, gain, hs, cs, ns, rs, gates
):
    length = tf.shape(hs)[0]
    before = [
        tf.concat([first[None], later[:-1]], axis=0)
        for first, later in ((first_h, hs), (first_c, cs))
    ]
    reads = [
        _unstack(values, length)
        for values in (d_hs, before[1], cs, ns, rs, gates)
    ]
    writes = [
        tf.TensorArray(hs.dtype, length, element_shape=ns.shape[1:])
        for _ in range(2)
    ]

    def body(t, d_h, d_c, d_ps, d_as):
        d_out, c_before, c, n, r, gates = [array.read(t) for array in reads]
        d_a, d_p, d_c = _activate_gradient(
            d_h + d_out, d_c, c_before, c, n, r, gates, gain
        )
        d_h = tf.matmul(d_p, kernel, transpose_b=True)
        return t - 1, d_h, d_c, d_ps.write(t, d_p), d_as.write(t, d_a)

    _, d_h, d_c, *writes = tf.while_loop(
        lambda t, *_: t >= 0,
        body,
        (length - 1, d_h, d_c, *writes),
        maximum_iterations=length,
    )
    d_ps, d_as = [array.stack() for array in writes]
    d_kernel = tf.matmul(_flat(before[0]), _flat(d_ps), transpose_a=True)
    d_gain = tf.reduce_sum(d_as * ns, axis=(0, 1))
    d_bias = tf.reduce_sum(d_as, axis=(0, 1))
    return d_ps, d_h, d_c, d_kernel, d_gain, d_bias


def _activate_gradient(d_h, d_c, c_before, c, n, r, gates, gain):
    i, f, o, g = tf.split(gates, 4, axis=-1)
    tanh_c = tf.tanh(c)
    d_c += d_h * o * (1 - tf.square(tanh_c))
    d_a = tf.concat(
        [
            d_c * g * i * (1 - i),
            d_c * c_before * f * (1 - f),
            d_h * tanh_c * o * (1 - o),
            d_c * i * (1 - tf.square(g)),
        ],
        axis=-1,
    )
    d_n = gain * d_a
    d_p = r * (
        d_n
        - tf.reduce_mean(d_n, axis=-1, keepdims=True)
        - n * tf.reduce_mean(d_n * n, axis=-1, keepdims=True)
    )
    return d_a, d_p, d_c * f


def _unstack(values, length):
    array = tf.TensorArray(values.dtype, length, element_shape=values.shape[1:])
    return array.unstack(values)


def _flat(values):
    return tf.reshape(values, (-1, values.shape[-1]))
