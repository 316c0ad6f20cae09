"""Exports the model of a run as a SavedModel."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from hcvae_tf.inference.local_signatures import LocalSignatures
from hcvae_tf.inference.prior_option import Prior
from hcvae_tf.inference.signatures import DEFAULT_SIGNATURE, SIGNATURES
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.serving import check_export
from hcvae_tf.serving.example_inputs import example_inputs
from hcvae_tf.serving.server_config import write_server_config
from hcvae_tf.serving.warmup import write_warmup
from hcvae_tf.storage.export_folder import log_of
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.errors import UserError, one_line
from pipelines.files.folder_lock import owned
from pipelines.files.writing import replacing


def export_model(
    run: str, to: Path, version: int, prior: Prior = "fitted"
) -> tuple[int, bool]:
    """Writes a version, which appears complete or not at all.

    Args:
        run: folder of a training run.
        to: folder of all versions.
        version: number of the version.
        prior: see `TrainedTextVAE.load`.

    Returns:
        Its size in bytes, and whether it has warm-up requests.

    Raises:
        UserError: if the model has no latent vector, a file cannot be
            written, or the export does not work in a fresh process.
    """
    signatures = TrainedTextVAE.load(run, prior).signatures
    log = RunFolder.open(run).log
    if not signatures.z_size:
        raise UserError(
            f"{run} is a language model without a latent vector; export a "
            "model that has one"
        )
    # The outputs are compared with those of a CPU, which has no TF32.
    tf.config.experimental.enable_tensor_float_32_execution(False)
    with owned(to.parent):
        return _export(signatures, log, to, version)


def _export(signatures, log, to, version):
    try:
        to.mkdir(parents=True, exist_ok=True)
        # A server ignores the temporary name: it is not a number.
        with replacing(to / str(version), shared=True) as part:
            part.mkdir()
            write_saved_model(signatures, part)
            extra = log_of(part).parent
            extra.mkdir()
            if log.is_file():
                shutil.copyfile(log, log_of(part))
            # The graph has it, too; this one can be read.
            vocabulary = signatures.vocabulary.to_json()
            (extra / "vocabulary.json").write_text(vocabulary, "utf-8")
            has_warmup = write_warmup(part, to.name, signatures.z_size)
            check(signatures, part)
            files = [file for file in part.rglob("*") if file.is_file()]
            size = sum(file.stat().st_size for file in files)
            write_server_config(to.parent, to.name)
    except (OSError, tf.errors.OpError) as error:
        raise UserError(
            f"cannot write {to / str(version)}: {one_line(error)}; nothing was "
            "exported, try again"
        ) from None
    return size, has_warmup


def write_saved_model(signatures: LocalSignatures, folder: Path) -> None:
    """Writes the signatures and the weights of a model.

    Args:
        signatures: signatures of a model with a latent vector.
        folder: folder to write to.
    """
    functions = {name: signatures.function(name) for name in SIGNATURES}
    default = tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY
    functions[default] = functions[DEFAULT_SIGNATURE]
    module = tf.Module()
    module.weights = [weight.value for weight in signatures.model.weights]
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(module, str(folder), functions, options)
    _drop_gradient_names(folder / "saved_model.pb")


def _drop_gradient_names(file):
    """Removes names of unsaved gradients, which make loaders warn."""
    saved = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    for graph in saved.meta_graphs:
        for function in graph.graph_def.library.function:
            for node in function.node_def:
                node.attr.pop("_gradient_op_type", None)
    file.write_bytes(saved.SerializeToString(deterministic=True))


def check(signatures, folder):
    """Runs `check_export` in a fresh process."""
    answers = {}
    for name in SIGNATURES:
        inputs = example_inputs(name, signatures.z_size, 12)
        answers[name] = {
            "inputs": inputs,
            "outputs": signatures(name, inputs),
        }
    file = folder / "answers.json"
    file.write_text(json.dumps(answers, default=_to_json), "utf-8")
    # -P keeps the folder of this package off the module path.
    program = [
        sys.executable,
        "-P",
        check_export.__file__,
        str(folder),
        str(file),
    ]
    # This process may occupy all memory of the GPU.
    cpu = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(program, env=cpu, capture_output=True, text=True)
    file.unlink()
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it printed no error"]
        raise UserError(
            f"the export does not work in a fresh process: {lines[-1]}; "
            "nothing was exported"
        )


def _to_json(value):
    return (
        value.decode("latin-1") if isinstance(value, bytes) else value.tolist()
    )
