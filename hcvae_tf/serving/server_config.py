"""Settings files of a server, in the folder of all models."""

import re
from pathlib import Path

from hcvae_tf.inference.signatures import LARGEST_BATCH
from pipelines.errors import UserError
from pipelines.files.writing import write_text

MODELS = "models.config"

_FILES = {
    MODELS: "model_config_list {\n}\n",
    "batching.config": f"""\
# Requests for one signature that arrive within 1 ms share a batch.
max_batch_size {{ value: {LARGEST_BATCH} }}
batch_timeout_micros {{ value: 1000 }}
num_batch_threads {{ value: 4 }}
max_enqueued_batches {{ value: 100 }}
# The signatures pad batches to multiples of 8 rows.
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
      # Finds new models and labels; new versions are found automatically.
      - --model_config_file_poll_wait_seconds=30
      # Without this, a restarted server has no version to assign a label to.
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
    """Writes the files that a server needs in addition to the model.

    Existing files are kept, except that `models.config` gets an entry for the
    model if it has none.

    Args:
        folder: folder of all models.
        name: name of the new model.

    Raises:
        UserError: if `models.config` cannot be read or a file not written.
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
            f"cannot read {models}; fix it, or delete it and export again"
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
    """Returns the names of the models that `models.config` lists.

    Raises:
        ValueError: if the text is not a protocol buffer in text format.
    """
    try:
        from google.protobuf import text_format
        from tensorflow_serving.config.model_server_config_pb2 import (
            ModelServerConfig,
        )
    except ImportError:
        # A pattern replaces the parser of the extra "serving".
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
    """Replaces comments with blanks of the same length."""
    return re.sub(
        r"""("[^"\n]*"|'[^'\n]*')|#[^\n]*""",
        lambda found: found[1] or " " * len(found[0]),
        text,
    )
