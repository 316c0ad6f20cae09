"""Two devices with half the batch each equal one with the complete batch."""

import json

import pytest
from shared import assert_all_close, run_python

from hcvae_tf.models.config import Config
from hcvae_tf.training.distribution import Distribution
from pipelines.errors import UserError

pytestmark = pytest.mark.long

SCRIPT = """
import json, sys
import hcvae_tf
import numpy as np
import tensorflow as tf
cpus = tf.config.list_physical_devices("CPU")
logical = tf.config.LogicalDeviceConfiguration()
tf.config.set_logical_device_configuration(cpus[0], [logical, logical])
from hcvae_tf.models.config import Config, ModelConfig, TrainingConfig
from hcvae_tf.models.objective import Objective
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary

def config(parts, objective):
    return Config(
        model=ModelConfig(z_size=4, maps=(8, 8), feature_size=8,
                          decoder_units=8, encoder_units=8, bytenet_layers=1,
                          bytenet_width=8, word_dropout=0.3, **parts),
        objective=Objective(**objective),
        # The norm of the gradient is larger, so that clipping has an effect.
        training=TrainingConfig(batch_size=8, learning_rate=1e-2,
                                clip_norm=0.5, precision="float32"),
    ).replace("data", length=9)

tokens = np.random.default_rng(0).integers(3, 12, (4, 8, 9), np.int32)
# The longest text of a device is not that of the batch, nor as long as can be.
tokens[:, :, 8:], tokens[:, 4:, 5:] = 0, 0
data = tf.data.Dataset.from_tensor_slices(tokens)
strategies = {
    "one": tf.distribute.OneDeviceStrategy("CPU:0"),
    "two": tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]),
}
settings = config(*json.loads(sys.argv[1]))
found = {}
for name, strategy in strategies.items():
    with strategy.scope():
        model = compiled_model(settings, Vocabulary(b" abcdefgh"))
    logs = model.fit(data, verbose=0).history
    found[name] = {
        "replicas": strategy.num_replicas_in_sync,
        "loss": float(np.ravel(logs["loss"])[0]),
        "weights": [w.numpy().tolist() for w in model.weights],
    }
print(json.dumps(found))
"""


# Together they have each kind of layer.
@pytest.mark.parametrize(
    ("parts", "objective"),
    [
        ({}, {"min_rate": 0.02, "bag": 1.0}),
        pytest.param(
            {"language_model": "bytenet", "mean_spread": 0.5},
            {"free_bits": 0.5, "kl": "cyclical", "kl_start": 0, "kl_end": 9},
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"encoder": "lstm", "decoder": "lstm"},
            {"min_rate": 0.02},
            marks=pytest.mark.slow,
        ),
    ],
)
def test_two_devices_train_the_same_weights_as_one(parts, objective):
    done = run_python(SCRIPT, json.dumps([parts, objective]))
    found = json.loads(done.stdout.splitlines()[-1])
    one, two = found["one"], found["two"]
    assert (one["replicas"], two["replicas"]) == (1, 2)
    assert abs(one["loss"] - two["loss"]) < 1e-3
    assert_all_close(one["weights"], two["weights"], atol=2e-4)


def test_processes_that_train_something_else_are_refused(monkeypatch):
    monkeypatch.setattr(Distribution, "gather", lambda _, own: [own, own])
    Distribution().check_equal(Config(), "fingerprint", "vocabulary")
    monkeypatch.setattr(Distribution, "gather", lambda _, own: [own, own + 1])
    with pytest.raises(UserError, match="worker 1 has different settings"):
        Distribution().check_equal(Config(), "fingerprint", "vocabulary")
