"""The recurrence of the layer-norm LSTM over all steps, with its gradient.

To differentiate the loop, TensorFlow would keep every intermediate value of
every step and add up the weight gradients step by step. Here the backward loop
computes only the gradients of the state. One large product after the loop
computes those of the weights.

Forward, for one step, where `x` is the input part of the gates:

    p = x + h_{t-1} U
    n = (p - mean(p)) * r,   r = 1 / sqrt(var(p) + epsilon)
    a = gain * n + bias,     i, f, o = sigmoid(a_i, a_f, a_o),  g = tanh(a_g)
    c = f * c_{t-1} + i * g,     h = o * tanh(c)

Backward, where `dh` and `dc` are the gradients of the state:

    dc  += dh * o * (1 - tanh(c)^2)
    da_i = dc * g * i(1 - i)          da_f = dc * c_{t-1} * f(1 - f)
    da_o = dh * tanh(c) * o(1 - o)    da_g = dc * i * (1 - g^2)
    dn   = gain * da
    dp   = r * (dn - mean(dn) - n * mean(dn * n))
    dh_{t-1} = dp U^T,                dc_{t-1} = dc * f

and then, for all steps at once, `dx = dp`, `dU = sum_t h_{t-1}^T dp`,
`dgain = sum_t da * n`, `dbias = sum_t da`.

Two things make a step fast on a CPU, as measured in `docs/performance.md`:

- XLA compiles everything but the products, `activate` and
  `_activate_gradient`, into a few passes over the gates. TensorFlow runs the
  loop and the products, because its products are faster than those of XLA on
  a CPU.
- The products and the values kept for the backward loop may be bfloat16. The
  operations between them and the cell `c` are float32.
"""

import tensorflow as tf

# Units from which on bfloat16 products of columns are faster.
_LARGE = 768


def cell(projected, h, c, kernel, gain, bias, epsilon):
    """Computes one step.

    Args:
        projected: input part of the gates, shape `(batch, 4 * units)`.
        h: state, shape `(batch, units)`.
        c: cell, float32 tensor of shape `(batch, units)`.
        kernel: recurrent weights, shape `(units, 4 * units)`.
        gain: gain of the layer norm, float32 tensor of shape `(4 * units,)`.
        bias: bias of the layer norm, float32 tensor of shape `(4 * units,)`.
        epsilon: added to the variance.

    Returns:
        The new `h` and `c`.
    """
    product = tf.matmul(h, kernel)
    h, c, *_ = activate(projected, product, c, gain, bias, epsilon)
    return h, c


def scan(projected, h, c, kernel, gain, bias, epsilon, compiled):
    """Computes all steps.

    Args:
        projected: input part of the gates, shape
            `(length, batch, 4 * units)`. Its dtype, float32 or bfloat16, is
            the dtype of all products.
        h: initial state, shape `(batch, units)`, of the same dtype.
        c: initial cell, float32 tensor of shape `(batch, units)`.
        kernel: recurrent weights, shape `(units, 4 * units)`, of the same
            dtype.
        gain: gain of the layer norm, float32 tensor of shape `(4 * units,)`.
        bias: bias of the layer norm, float32 tensor of shape `(4 * units,)`.
        epsilon: added to the variance.
        compiled: whether to be fast in training: XLA compiles everything but
            the products, and the gradient is the one above. Otherwise it is
            TensorFlow's own, so that the graph can be saved and served.

    Returns:
        The states of all steps, shape `(length, batch, units)`, and the last
        `h` and `c`.
    """
    if not compiled:
        states, _ = forward_loop(
            activate, projected, h, c, kernel, gain, bias, epsilon
        )
        return states

    @tf.custom_gradient
    def run(projected, h, c, kernel, gain, bias):
        states, saved = forward_loop(
            _compiled_activate, projected, h, c, kernel, gain, bias, epsilon
        )

        def gradient(d_hs, d_h, d_c):
            return backward_loop(d_hs, d_h, d_c, h, kernel, gain, *saved)

        return states, gradient

    return run(projected, h, c, kernel, gain, bias)


def activate(projected, product, c, gain, bias, epsilon, columns=False):
    """Returns h, c and the values that the backward loop needs."""
    product = tf.transpose(product) if columns else product
    p = tf.cast(projected, tf.float32) + tf.cast(product, tf.float32)
    centred = p - tf.reduce_mean(p, axis=-1, keepdims=True)
    variance = tf.reduce_mean(tf.square(centred), axis=-1, keepdims=True)
    r = tf.math.rsqrt(variance + epsilon)
    n = centred * r
    i, f, o, g = tf.split(gain * n + bias, 4, axis=-1)
    i, f, o, g = tf.sigmoid(i), tf.sigmoid(f), tf.sigmoid(o), tf.tanh(g)
    c = f * c + i * g
    h = o * tf.tanh(c)
    gates = tf.concat([i, f, o, g], axis=-1)
    return (
        tf.cast(h, product.dtype),
        c,
        tf.cast(n, product.dtype),
        r,
        tf.cast(gates, product.dtype),
    )


def _activate_gradient(
    d_h, d_c, d_gain, d_bias, d_out, c_before, c, n, r, gates, gain, columns
):
    """Returns the gradients of `activate`; adds up those of the layer norm."""
    dtype = d_h.dtype
    d_h = tf.transpose(d_h) if columns else d_h
    d_h = tf.cast(d_h, tf.float32) + tf.cast(d_out, tf.float32)
    n = tf.cast(n, tf.float32)
    i, f, o, g = tf.split(tf.cast(gates, tf.float32), 4, axis=-1)
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
    d_gain += tf.reduce_sum(d_a * n, axis=0)
    d_bias += tf.reduce_sum(d_a, axis=0)
    return tf.cast(d_p, dtype), d_c * f, d_gain, d_bias


_compiled_activate = tf.function(activate, autograph=False, jit_compile=True)
_compiled_activate_gradient = tf.function(
    _activate_gradient, autograph=False, jit_compile=True
)


def forward_loop(activation, projected, h, c, kernel, gain, bias, epsilon):
    """Returns what `scan` does, and what the backward loop needs."""
    dtype, length = projected.dtype, tf.shape(projected)[0]
    gates = projected.shape[1:]
    hs, *saved = (
        tf.TensorArray(kind, size, element_shape=shape, clear_after_read=False)
        for kind, size, shape in (
            (dtype, length, h.shape),
            (tf.float32, length + 1, c.shape),
            (dtype, length, gates),
            (tf.float32, length, (gates[0], 1)),
            (dtype, length, gates),
        )
    )
    saved[0] = saved[0].write(0, c)
    columns = _columns(kernel)
    multiply = _multiplication(kernel, columns)

    def body(t, h, c, hs, cs, *arrays):
        h, c, *values = activation(
            projected[t], multiply(h), c, gain, bias, epsilon, columns
        )
        written = [
            array.write(t, value)
            for array, value in zip(arrays, values, strict=True)
        ]
        return t + 1, h, c, hs.write(t, h), cs.write(t + 1, c), *written

    _, h, c, hs, *saved = tf.while_loop(
        lambda t, *_: t < length,
        body,
        (0, h, c, hs, *saved),
        maximum_iterations=length,
    )
    hs = hs.stack()
    return (hs, h, c), (hs, *saved)


def backward_loop(d_hs, d_h, d_c, first_h, kernel, gain, hs, cs, *saved):
    """Returns the gradients of all arguments of `scan` up to `bias`."""
    length = tf.shape(hs)[0]
    d_ps = tf.TensorArray(
        hs.dtype, length, element_shape=(d_hs.shape[1], gain.shape[0])
    )
    columns = _columns(kernel)
    multiply = _multiplication(tf.transpose(kernel), columns)

    def body(t, d_h, d_c, d_gain, d_bias, d_ps):
        d_p, *others = _compiled_activate_gradient(
            d_h,
            d_c,
            d_gain,
            d_bias,
            d_hs[t],
            cs.read(t),
            cs.read(t + 1),
            *(array.read(t) for array in saved),
            gain,
            columns,
        )
        return t - 1, multiply(d_p), *others, d_ps.write(t, d_p)

    zeros = tf.zeros_like(gain)
    _, d_h, d_c, d_gain, d_bias, d_ps = tf.while_loop(
        lambda t, *_: t >= 0,
        body,
        (
            length - 1,
            tf.transpose(d_h) if columns else d_h,
            d_c,
            zeros,
            zeros,
            d_ps,
        ),
        maximum_iterations=length,
    )
    d_h = tf.transpose(d_h) if columns else d_h
    d_ps = d_ps.stack()
    before = tf.concat([first_h[tf.newaxis], hs[:-1]], axis=0)
    d_kernel = tf.matmul(_flat(before), _flat(d_ps), transpose_a=True)
    return d_ps, d_h, d_c, d_kernel, d_gain, d_bias


def _columns(kernel):
    """Returns whether products are computed as columns.

    In bfloat16 the right matrix of a product is copied into another order.
    That takes long if it is the weights and these are large.
    """
    return kernel.dtype == tf.bfloat16 and kernel.shape[0] >= _LARGE


def _multiplication(weights, columns):
    """Returns the function of products of states and weights."""
    if not columns:
        return lambda rows: tf.matmul(rows, weights)
    transposed = tf.transpose(weights)
    return lambda rows: tf.matmul(transposed, rows, transpose_b=True)


def _flat(values):
    return tf.reshape(values, (-1, values.shape[-1]))
