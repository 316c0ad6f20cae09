"""Settings of the server, in the folder that holds all models."""

import re
from pathlib import Path

from hcvae_tf.inference.signatures import LARGEST_BATCH
from pipelines.errors import UserError
from pipelines.files.writing import write_text

MODELS = "models.config"

_FILES = {
    MODELS: "model_config_list {\n}\n",
    "batching.config": f"""\
# Requests for one function that come within a millisecond share a batch.
max_batch_size {{ value: {LARGEST_BATCH} }}
batch_timeout_micros {{ value: 1000 }}
num_batch_threads {{ value: 4 }}
max_enqueued_batches {{ value: 100 }}
# The functions fill their rows up to multiples of 8.
allowed_batch_sizes: 8
allowed_batch_sizes: 16
allowed_batch_sizes: 32
allowed_batch_sizes: {LARGEST_BATCH}
""",
    "monitoring.config": """\
prometheus_config {
  enable: true
  path: "/monitoring/prometheus/metrics"
}
""",
    "compose.yaml": """\
# docker compose up: gRPC on port 8500, REST on port 8501.
services:
  serving:
    image: tensorflow/serving:latest
    command:
      - --model_config_file=/models/models.config
      # New versions are found by themselves; new models and labels this way.
      - --model_config_file_poll_wait_seconds=30
      # Else a server that starts anew finds no version to give a label to.
      - --allow_version_labels_for_unavailable_models=true
      - --enable_batching=true
      - --batching_parameters_file=/models/batching.config
      - --monitoring_config_file=/models/monitoring.config
    ports:
      - "8500:8500"
      - "8501:8501"
    volumes:
      - .:/models:ro
    healthcheck:
      # The image has no curl. The port opens when all models are loaded.
      test: ["CMD", "bash", "-c", ": > /dev/tcp/127.0.0.1/8501"]
      interval: 10s
    restart: unless-stopped
""",
}


def write_server_config(folder: Path, name: str) -> None:
    """Writes what a server needs besides the model.

    What is there stays as it is, but for `models.config`, which gets an entry
    for the model if it has none.

    Args:
        folder: of all models.
        name: of the new model.

    Raises:
        UserError: if they cannot be written, or `models.config` not read.
    """
    for file, text in _FILES.items():
        if not (folder / file).exists():
            write_text(folder / file, text)
    models = folder / MODELS
    try:
        text = models.read_text("utf-8")
        if "}" not in _without_comments(text):
            text += "\n" + _FILES[MODELS]
        names = _model_names(text)
    except (OSError, ValueError):
        raise UserError(
            f"cannot read {models}; mend it, or delete it and export again"
        ) from None
    if name in names:
        return
    end = _without_comments(text).rindex("}")
    entry = f"""\
  config {{
    name: "{name}"
    base_path: "/models/{name}"
    model_platform: "tensorflow"
  }}
"""
    write_text(models, text[:end] + entry + text[end:])


def _model_names(text: str) -> list[str]:
    """The names of the models that a server's settings list.

    Raises:
        ValueError: if it is no text format of a protocol buffer.
    """
    try:
        from google.protobuf import text_format
        from tensorflow_serving.config.model_server_config_pb2 import (
            ModelServerConfig,
        )
    except ImportError:
        # Without the extra "serving" a pattern has to do.
        found = re.findall(
            r"""\bname\s*:\s*("([^"\n]*)"|'([^'\n]*)')""",
            _without_comments(text),
        )
        return [double or single for _, double, single in found]
    try:
        config = text_format.Parse(text, ModelServerConfig())
    except text_format.ParseError as error:
        raise ValueError(str(error)) from None
    return [model.name for model in config.model_config_list.config]


def _without_comments(text):
    """The text with blanks for its comments."""
    return re.sub(
        r"""("[^"\n]*"|'[^'\n]*')|#[^\n]*""",
        lambda found: found[1] or " " * len(found[0]),
        text,
    )
