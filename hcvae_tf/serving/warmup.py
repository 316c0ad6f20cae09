"""Warm-up requests, which a server answers before it accepts others.

The first call of a signature is slower than later ones. The server makes it
with these requests, from `assets.extra` of the version that it loads.
"""

from pathlib import Path

from hcvae_tf.inference.signatures import SIGNATURES
from hcvae_tf.serving.example_inputs import example_inputs
from hcvae_tf.storage.export_folder import EXTRA

FILE = Path(EXTRA) / "tf_serving_warmup_requests"


def write_warmup(folder: Path, name: str, z_size: int) -> bool:
    """Writes one request per signature.

    Args:
        folder: folder of the version.
        name: name of the model.
        z_size: width of its latent vector.

    Returns:
        Whether they were written: False without tensorflow-serving-api.
    """
    try:
        from tensorflow_serving.apis import predict_pb2, prediction_log_pb2
    except ImportError:
        return False
    import tensorflow as tf

    (folder / FILE).parent.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(folder / FILE)) as file:
        for signature in SIGNATURES:
            request = predict_pb2.PredictRequest()
            request.model_spec.name = name
            request.model_spec.signature_name = signature
            for key, column in example_inputs(signature, z_size, 1).items():
                request.inputs[key].CopyFrom(tf.make_tensor_proto(column))
            log = prediction_log_pb2.PredictionLog(
                predict_log=prediction_log_pb2.PredictLog(request=request)
            )
            file.write(log.SerializeToString())
    return True
