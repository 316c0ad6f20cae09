"""Checks an export the way a server loads it, with TensorFlow alone.

`python check_export.py FOLDER ANSWERS`: the folder of a version, and a JSON
file with inputs and expected outputs of each signature, bytes as Latin-1.
Exits with status 0 on success, otherwise with a message.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf


def main(folder: str, answers: str) -> None:
    """Exits with a message at the first check that fails."""
    if b"_XlaMustCompile" in (Path(folder) / "saved_model.pb").read_bytes():
        sys.exit("a function requires XLA, which servers refuse")
    expected = json.loads(Path(answers).read_text("utf-8"))
    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        # As the server does: by tags, signatures and names of tensors.
        # Operations that are not TensorFlow's own fail to load here.
        loaded = tf.compat.v1.saved_model.load(session, ["serve"], folder)
        default = tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY
        for name in (default, *expected):
            if name not in loaded.signature_def:
                sys.exit(f"signature {name} is missing")
        for name, columns in expected.items():
            signature = loaded.signature_def[name]
            for kind in ("inputs", "outputs"):
                if set(getattr(signature, kind)) != set(columns[kind]):
                    sys.exit(f"signature {name} has the wrong {kind}")
            found = session.run(
                {key: info.name for key, info in signature.outputs.items()},
                {
                    signature.inputs[key].name: _array(column)
                    for key, column in columns["inputs"].items()
                },
            )
            for key, column in columns["outputs"].items():
                if not _same(found[key], _array(column)):
                    sys.exit(f"signature {name} returns a different {key}")


def _array(column):
    array = np.array(column)
    if array.dtype.kind != "U":
        return array
    flat = [text.encode("latin-1") for text in array.ravel()]
    texts = np.empty(len(flat), object)
    texts[:] = flat
    return texts.reshape(array.shape)


def _same(found, expected):
    if found.shape != expected.shape:
        return False
    if found.dtype != object:
        return np.allclose(found, expected, rtol=1e-3, atol=1e-3)
    for text in found.ravel():
        text.decode("utf-8")
    # Between tokens that are equally probable, different rounding can choose
    # the other one, which changes the text.
    return np.mean(found == expected) > 0.5


if __name__ == "__main__":
    main(*sys.argv[1:])
