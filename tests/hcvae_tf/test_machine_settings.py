"""The settings of a machine change neither numbers nor what is printed.

A process of a command trains, saves, loads and writes in an empty environment,
and another one in an environment where everything is set.
"""

import json
import os

import numpy as np
import pytest
from shared import PARTS, run_python, small_config

pytestmark = pytest.mark.long

SCRIPT = """
import json, sys
from pipelines.command_line import run_command

def work():
    import keras
    import hcvae_tf
    from hcvae_tf.models.build import build_model
    from hcvae_tf.models.config import Config
    run, config, file, policy = sys.argv[1:]
    keras.config.set_dtype_policy(policy)
    vocabulary = hcvae_tf.Vocabulary()
    model = build_model(Config.from_json(config, "config"), vocabulary)
    model.compile(keras.optimizers.Adam(1e-3))
    tokens = vocabulary.encode(["some text", "another"] * 4, 16)
    history = model.fit(tokens, epochs=2, batch_size=8, verbose=0).history
    model.save(file)
    loaded = keras.models.load_model(file).test_on_batch(tokens)
    trained = hcvae_tf.TrainedTextVAE.load(run)
    print(json.dumps({
        "training": history["loss"],
        "loaded": [float(value) for value in loaded],
        "run": trained.score(["some text", "another"]).reconstruction.tolist(),
        "texts": trained.sample(2, temperature=1.0),
    }))

run_command(work)
"""
KERAS_JSON = {
    "image_data_format": "channels_first",
    "floatx": "float16",
    "epsilon": 1e-1,
    "backend": "jax",
}
ODD = {
    "KERAS_MAX_EPOCHS": "1",
    "TF_USE_LEGACY_KERAS": "1",
    "TF_XLA_FLAGS": "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit",
    "LC_ALL": "tr_TR.UTF-8",
    # Not even root can create anything below it.
    "HOME": "/dev/null",
}
KEPT = {
    name: os.environ[name]
    for name in (
        "PATH",
        "PYTHONPATH",
        "LD_LIBRARY_PATH",
        "CUDA_VISIBLE_DEVICES",
    )
    if name in os.environ
}


@pytest.mark.slow
def test_the_settings_of_a_machine_do_not_matter(finished_run, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps(KERAS_JSON))
    config = small_config(length=16, **PARTS["hybrid-bytenet"]).to_json()
    results = []
    for name, variables, policy in (
        ("plain", {}, "float32"),
        ("odd", {**ODD, "KERAS_HOME": str(tmp_path)}, "mixed_float16"),
    ):
        file = tmp_path / f"{name}.keras"
        done = run_python(
            *(SCRIPT, finished_run, config, file, policy),
            env={**KEPT, **variables},
        )
        assert done.stderr == ""
        results.append(json.loads(done.stdout))
    plain, odd = results
    assert len(plain["training"]) == 2
    assert odd["texts"] == plain["texts"]
    # XLA adds up in another order.
    for name in ("training", "loaded", "run"):
        np.testing.assert_allclose(odd[name], plain[name], 1e-3)
