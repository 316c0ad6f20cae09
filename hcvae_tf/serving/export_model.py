"""Writes a model as a SavedModel."""

import json
import os
import subprocess
import sys
from pathlib import Path

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from hcvae_tf.inference.local_signatures import LocalSignatures
from hcvae_tf.inference.signatures import DEFAULT, SIGNATURES
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.serving import check_export
from hcvae_tf.serving.example_inputs import example_inputs
from hcvae_tf.serving.server_config import write_server_config
from hcvae_tf.serving.warmup import write_warmup
from pipelines.errors import UserError
from pipelines.files.writing import replacing


def export_model(run: str, to: Path, version: int) -> tuple[int, bool]:
    """Writes a version that appears whole, or not at all.

    Args:
        run: folder of a training run.
        to: folder of all versions.
        version: its number.

    Returns:
        Its size in bytes, and whether it has warm-up requests.

    Raises:
        UserError: if the model has no latent vector, something cannot be
            written, or the export does not work in a fresh process.
    """
    signatures = TrainedTextVAE.load(run).signatures
    if not signatures.z_size:
        raise UserError(
            f"{run} is a language model without a latent vector; only models "
            "that have one can be exported"
        )
    # Answers are compared with those of a processor, which has no TF32.
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        to.mkdir(parents=True, exist_ok=True)
        # A server takes only folders that are named by a number.
        with replacing(to / str(version), shared=True) as part:
            part.mkdir()
            write_saved_model(signatures, part)
            warm = write_warmup(part, to.name, signatures.z_size)
            _check(signatures, part)
            files = [file for file in part.rglob("*") if file.is_file()]
            size = sum(file.stat().st_size for file in files)
            write_server_config(to.parent, to.name)
    except (OSError, tf.errors.OpError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(
            f"cannot write {to / str(version)}: {reason}; nothing was "
            "exported, try again"
        ) from None
    return size, warm


def write_saved_model(signatures: LocalSignatures, folder: Path) -> None:
    """Writes the six functions of a model and its weights.

    Args:
        signatures: of a model with a latent vector.
        folder: to write to.
    """
    signatures = {name: signatures.function(name) for name in SIGNATURES}
    signatures[tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY] = signatures[
        DEFAULT
    ]
    module = tf.Module()
    module.weights = [weight.value for weight in signatures.model.weights]
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(module, str(folder), signatures, options)
    _drop_gradient_names(folder / "saved_model.pb")


def _drop_gradient_names(file):
    """Names of gradients that were not saved make every loader complain."""
    saved = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    for graph in saved.meta_graphs:
        for function in graph.graph_def.library.function:
            for node in function.node_def:
                node.attr.pop("_gradient_op_type", None)
    file.write_bytes(saved.SerializeToString(deterministic=True))


def _check(signatures, folder):
    answers = {}
    for name in SIGNATURES:
        inputs = example_inputs(name, signatures.z_size, 12)
        answers[name] = {
            "inputs": inputs,
            "outputs": signatures(name, inputs),
        }
    file = folder / "answers.json"
    file.write_text(json.dumps(answers, default=_plain), "utf-8")
    # Without this package's own folder on the path.
    program = [
        sys.executable,
        "-P",
        check_export.__file__,
        str(folder),
        str(file),
    ]
    # This process may hold all memory of the GPU.
    place = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(program, env=place, capture_output=True, text=True)
    file.unlink()
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it ended without a word"]
        raise UserError(
            f"the export does not work in a fresh process: {lines[-1]}; "
            "nothing was exported"
        )


def _plain(value):
    return (
        value.decode("latin-1") if isinstance(value, bytes) else value.tolist()
    )
