"""The fused Adam, compared with Keras's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from shared import assert_all_close

from hcvae_tf.models.fused_adam import FusedAdam

ARGUMENTS = {
    "learning_rate": 0.05,
    "beta_1": 0.8,
    "beta_2": 0.95,
    "epsilon": 1e-3,
}


def weights_after(optimizer, steps, strategy):
    with strategy.scope():
        weights = [
            keras.Variable(np.ones(shape, "float32"))
            for shape in ((3, 2), (4,))
        ]
        optimizer = optimizer()
        optimizer.build(weights)

    @tf.function
    def step(number):
        def update():
            gradients = [
                tf.random.stateless_normal(weight.shape, (number, i))
                for i, weight in enumerate(weights)
            ]
            optimizer.apply_gradients(zip(gradients, weights, strict=True))

        strategy.run(update)

    for number in range(steps):
        step(tf.constant(number))
    return [v.numpy() for v in (*weights, *optimizer.variables)]


def strategies():
    yield tf.distribute.get_strategy()
    yield tf.distribute.MirroredStrategy(["CPU:0"])


@pytest.mark.parametrize("strategy", strategies(), ids=["one", "mirrored"])
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        ARGUMENTS,
        {"weight_decay": 0.1},
        {"use_ema": True},
        {"clipnorm": 0.1},
    ],
    ids=lambda arguments: "-".join(arguments) or "defaults",
)
def test_weights_and_state_equal_those_of_keras(arguments, strategy):
    expected, found = (
        weights_after(lambda adam=adam: adam(**arguments), 5, strategy)
        for adam in (keras.optimizers.Adam, FusedAdam)
    )
    assert_all_close(found, expected, rtol=1e-5, atol=1e-6)


def test_it_is_saved_with_its_arguments():
    adam = FusedAdam(**ARGUMENTS)
    config = keras.saving.serialize_keras_object(adam)
    loaded = keras.saving.deserialize_keras_object(config)
    assert isinstance(loaded, FusedAdam)
    assert loaded.get_config() == adam.get_config()


def test_amsgrad_is_refused():
    with pytest.raises(ValueError, match="amsgrad"):
        FusedAdam(amsgrad=True)
