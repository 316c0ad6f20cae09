"""Times training steps of the `hcvae_tf` that PYTHONPATH leads to.

python benchmarks/earlier.py PRESET PRECISION SIZES WARM_UP BATCHES.npy

SIZES is a JSON object with the sizes of the model. The file has an int32 array
of shape `(steps, batch, length)`. Prints the seconds of all steps but the
WARM_UP first ones. Imports nothing of the benchmarks: they are of another
version.
"""

import json
import sys
import time

import numpy as np

if __name__ == "__main__":
    # Python puts the folder of this file first.
    del sys.path[0]

    import tensorflow as tf

    from hcvae_tf.models.presets import preset
    from hcvae_tf.training.compiled_model import compiled_model
    from pipelines.vocabulary import Vocabulary

    name, precision, sizes, warm_up, file = sys.argv[1:]
    batches = np.load(file)
    _, batch, length = batches.shape
    config = preset(name).replace("data", length=length)
    config = config.replace("training", precision=precision, batch_size=batch)
    sizes = json.loads(sizes)
    sizes["maps"] = tuple(sizes["maps"])
    config = config.replace("model", **sizes)
    train = tf.function(compiled_model(config, Vocabulary()).train_step)
    for tokens in batches[: int(warm_up)]:
        train(tf.constant(tokens))["loss"].numpy()
    begin = time.perf_counter()
    for tokens in batches[int(warm_up) :]:
        train(tf.constant(tokens))["loss"].numpy()
    print(time.perf_counter() - begin)
