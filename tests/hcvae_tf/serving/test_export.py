"""Exports: their signatures, their answers, their files."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tensorflow as tf
from drawings import Drawing
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from shared import (
    assert_all_equal,
    begin,
    randomize,
    refuses,
    run_python,
    stop,
    succeeds,
    wait_for,
)

from hcvae_tf.inference.exported_signatures import ExportedSignatures
from hcvae_tf.inference.local_signatures import LocalSignatures
from hcvae_tf.inference.signatures import SIGNATURES
from hcvae_tf.layers.compat import all_layers
from hcvae_tf.serving import check_export, export_model
from hcvae_tf.storage.export_folder import find_version, next_version
from hcvae_tf.storage.model_file import in_float32
from pipelines.errors import UserError
from pipelines.files.folder_lock import LOCK_FILES

pytestmark = pytest.mark.long

LENGTH, Z = 48, 4

# Type and shape, written out again so that a test fails if they change.
TEXT, NUMBER = ("string", [None]), ("float32", [None])
VECTOR, SEED = ("float32", [None, Z]), ("int64", [None])
DRAWN = {"temperature": NUMBER, "seed": SEED}
CUT = {"truncated": ("bool", [None])}
COSTS = ["negative_elbo", "reconstruction", "kl", "bits_per_char"]
INPUTS = {
    "encode": {"text": TEXT},
    "decode": {"z": VECTOR, **DRAWN},
    "reconstruct": {"text": TEXT, **DRAWN},
    "sample": {"seed": SEED, "temperature": NUMBER},
    "interpolate": {"start": TEXT, "end": TEXT},
    "score": {"text": TEXT},
    "serving_default": {"text": TEXT, **DRAWN},
}
OUTPUTS = {
    "encode": {"z_mean": VECTOR, "z_log_var": VECTOR, **CUT},
    "decode": {"text": TEXT},
    "reconstruct": {"text": TEXT, **CUT},
    "sample": {"text": TEXT},
    "interpolate": {"text": ("string", [None, 7]), **CUT},
    "score": {**dict.fromkeys(COSTS, NUMBER), **CUT},
    "serving_default": {"text": TEXT, **CUT},
}

TEXTS = [b"good morning", b"", b"\xff\x00\xfe", "déjà 😀".encode(), b"x" * 99]


def columns(name, rows, seed=0):
    """Returns random inputs of a signature."""
    rng = np.random.default_rng(seed)
    texts = [TEXTS[row % len(TEXTS)] for row in range(rows)]
    values = {
        "text": np.array(texts, object),
        "start": np.array(texts, object),
        "end": np.array(texts[::-1], object),
        "z": rng.normal(size=(rows, Z)).astype("float32"),
        "temperature": np.tile([0.0, 1.0], rows)[:rows].astype("float32"),
        "seed": rng.integers(-(2**63), 2**63 - 1, rows),
    }
    return {key: values[key] for key in INPUTS[name]}


@pytest.fixture(scope="module")
def answer(exported):
    """Returns a function that calls a signature of the export."""
    loaded = tf.saved_model.load(str(exported / "1"))

    def call(name, inputs):
        inputs = {key: tf.constant(value) for key, value in inputs.items()}
        outputs = loaded.signatures[name](**inputs)
        return {key: value.numpy() for key, value in outputs.items()}

    return call


SCRIPT = """
import json, sys
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.python.framework import op_def_registry
folder = sys.argv[1]
loaded = tf.saved_model.load(folder)
def specs(columns):
    return {k: (v.dtype.name, v.shape.as_list()) for k, v in columns.items()}
inputs, outputs = {}, {}
for name, f in loaded.signatures.items():
    inputs[name] = specs(f.structured_input_signature[1])
    outputs[name] = specs(f.structured_outputs)
f = loaded.signatures["sample"]
texts = f(seed=tf.constant([1, 2], tf.int64), temperature=tf.constant([1.0, 0]))
graph = saved_model_pb2.SavedModel.FromString(
    open(folder + "/saved_model.pb", "rb").read()).meta_graphs[0].graph_def
names = {n.op for f in graph.library.function for n in f.node_def}
names |= {n.op for n in graph.node}
names -= {f.signature.name for f in graph.library.function}
marked = [f.signature.name for f in graph.library.function
          if "_XlaMustCompile" in f.attr and f.attr["_XlaMustCompile"].b]
print(json.dumps({
    "inputs": inputs,
    "outputs": outputs,
    "texts": [t.decode() for t in texts["text"].numpy()],
    "unknown": sorted(n for n in names if op_def_registry.get(n) is None),
    "python": sorted(n for n in names if "PyFunc" in n or "Xla" in n),
    "marked": marked,
    "modules": sorted({m.split(".")[0] for m in sys.modules}),
}))
"""


def test_an_export_needs_only_tensorflow(exported):
    done = run_python(SCRIPT, exported / "1", cwd=exported)
    found = json.loads(done.stdout)
    assert found["inputs"] == json.loads(json.dumps(INPUTS))
    assert found["outputs"] == json.loads(json.dumps(OUTPUTS))
    assert len(found["texts"]) == 2
    for module in ("hcvae_tf", "pipelines", "tensorflow_text"):
        assert module not in found["modules"]
    assert found["unknown"] == found["python"] == found["marked"] == []
    graph = (exported / "1" / "saved_model.pb").read_bytes()
    assert b"_XlaMustCompile" not in graph
    assert "gradients" not in done.stderr


def assert_columns_close(found, expected, atol=0):
    """Checks that floats are close and all other columns equal."""
    assert set(found) == set(expected)
    for key, column in expected.items():
        if column.dtype.kind == "f":
            np.testing.assert_allclose(found[key], column, 1e-4, atol)
        else:
            np.testing.assert_array_equal(found[key], column)


def test_the_session_loader_answers_like_the_python_model(exported, run_vae):
    """TensorFlow Serving uses this loader, with tags and names of tensors."""
    local = run_vae.signatures
    expected = {name: local(name, columns(name, 11)) for name in SIGNATURES}
    expected["serving_default"] = expected["reconstruct"]
    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        loaded = tf.compat.v1.saved_model.load(
            session, [tf.saved_model.SERVING], str(exported / "1")
        )
        offered = set(loaded.signature_def) - {"__saved_model_init_op"}
        assert offered == set(INPUTS)
        for name in INPUTS:
            signature = loaded.signature_def[name]
            assert signature.method_name == "tensorflow/serving/predict"
            fed = {
                signature.inputs[key].name: column
                for key, column in columns(name, 11).items()
            }
            outputs = {key: out.name for key, out in signature.outputs.items()}
            found = session.run(outputs, fed)
            assert_columns_close(found, expected[name], atol=1e-5)


def test_the_parts_of_a_score_add_up(export_vae):
    score = export_vae.score(TEXTS)
    z_mean, z_log_var = export_vae.encode(TEXTS)
    kl = 0.5 * (z_mean**2 + np.exp(z_log_var) - z_log_var - 1).sum(axis=1)
    np.testing.assert_allclose(score.kl, kl, rtol=1e-4)
    total = score.reconstruction + score.kl
    np.testing.assert_allclose(score.negative_elbo, total, rtol=1e-5)
    characters = [min(len(text) + 1, LENGTH) for text in TEXTS]
    bits = score.negative_elbo / np.log(2) / characters
    np.testing.assert_allclose(score.bits_per_char, bits, rtol=1e-5)


def test_long_texts_are_cut_as_in_training_and_flagged(answer, run_vae):
    texts = [b"a" * LENGTH, b"a" * (LENGTH + 1), b"a" * 500]
    found = answer("encode", {"text": np.array(texts, object)})
    assert found["truncated"].tolist() == [False, True, True]
    local = run_vae.signatures
    (window,) = local.vocabulary.encode_windows(texts[2:], [0], LENGTH)
    z_mean, _ = local.model.encode(window[None])
    for row in found["z_mean"]:
        np.testing.assert_allclose(row, z_mean[0], rtol=1e-4, atol=1e-5)


def test_tweets_are_normalised_inside_the_graph(answer):
    texts = [b"@bob see http://a.org/b", b"@userid see url"]
    found = answer("score", {"text": np.array(texts, object)})
    assert found["kl"][0] == found["kl"][1]
    assert found["reconstruction"][0] == found["reconstruction"][1]


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_a_text_does_not_depend_on_its_batch(answer, data):
    name = data.draw(st.sampled_from(["sample", "decode", "reconstruct"]))
    rows = data.draw(st.integers(1, 40))
    inputs = columns(name, rows, seed=rows)
    together = answer(name, inputs)["text"]
    row = st.integers(0, rows - 1)
    chosen = data.draw(st.lists(row, min_size=1, max_size=20))
    apart = {key: column[chosen] for key, column in inputs.items()}
    found = answer(name, apart)["text"]
    assert found.tolist() == together[chosen].tolist()


def test_equal_seeds_draw_equal_texts_and_others_do_not(answer):
    def different_texts(seeds):
        inputs = {"seed": seeds, "temperature": np.ones(64, "float32")}
        return len(set(answer("sample", inputs)["text"]))

    assert different_texts(np.full(64, 7)) == 1
    assert different_texts(np.arange(64)) > 60


EXTREME = st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 1e-45, 1e-38, 1e38, np.inf, -np.inf, np.nan]
)
ANY_FLOAT = EXTREME | st.floats(width=32)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_input_crashes_a_signature(answer, data):
    """Any bytes, any number of rows (also none) and any numbers."""
    name = data.draw(st.sampled_from(sorted(INPUTS)))
    rows = data.draw(st.integers(0, 9))
    text, seed = st.binary(max_size=150), st.integers(-(2**63), 2**63 - 1)
    elements = {"float32": ANY_FLOAT, "int64": seed}
    inputs = {}
    for key, (kind, shape) in INPUTS[name].items():
        if kind == "string":
            texts = data.draw(st.lists(text, min_size=rows, max_size=rows))
            inputs[key] = tf.constant(texts, tf.string, (rows,))
        else:
            shape = (rows, *shape[1:])
            array = arrays.arrays(kind, shape, elements=elements[kind])
            inputs[key] = data.draw(array)
    outputs = answer(name, inputs)
    for key, (kind, shape) in OUTPUTS[name].items():
        found = outputs[key]
        assert found.shape == (rows, *shape[1:])
        if kind == "string":
            for text in found.ravel():
                text.decode("utf-8")
        elif name in ("encode", "score") and kind == "float32":
            assert np.isfinite(found).all()


@pytest.mark.parametrize("name", INPUTS)
def test_inputs_of_wrong_shape_are_refused(answer, name):
    inputs = columns(name, 3)
    if len(inputs) > 1:
        for key in inputs:
            with pytest.raises(tf.errors.InvalidArgumentError, match=r"rows"):
                answer(name, {**inputs, key: inputs[key][:2]})
    key = next(iter(inputs))
    others = [inputs[key][..., None]]
    if key == "z":
        others += [inputs[key][:, :-1], np.repeat(inputs[key], 2, axis=1)]
    for other in others:
        with pytest.raises((TypeError, ValueError, tf.errors.OpError)):
            answer(name, {**inputs, key: other})
    # The signature still answers.
    assert answer(name, inputs)


def test_eight_threads_get_the_same_answers_as_one(answer):
    calls = [(n, columns(n, rows)) for rows in range(1, 7) for n in INPUTS]
    expected = [answer(*each) for each in calls]
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda each: answer(*each), calls)
        for one, other in zip(found, expected, strict=True):
            assert_all_equal(one, other)


def test_an_export_computes_the_same_as_its_run(export_vae, run_vae):
    run, export = run_vae, export_vae
    assert export.z_size == run.z_size == Z
    assert export.sample(20, 0.8, seed=3) == run.sample(20, 0.8, seed=3)
    assert export.reconstruct(TEXTS) == run.reconstruct(TEXTS)
    texts = [text.decode("utf-8", "replace") for text in TEXTS[:3]]
    assert export.arithmetic(*texts) == run.arithmetic(*texts)
    ends = run.encode(texts)[0][:2]
    assert export.interpolate(*ends) == run.interpolate(*ends)
    # More rows than one batch, and none.
    many = run.sample(300, 1.0)
    assert export.sample(300, 1.0) == many
    assert many[:7] == run.sample(7, 1.0)
    assert export.sample(0) == export.reconstruct([]) == []
    assert export.encode([])[0].shape == (0, Z)
    assert export.score([]).kl.shape == (0,)
    with pytest.raises(TypeError, match="a list of texts"):
        export.encode("hello")
    composed, apart = "caf\u00e9", "cafe\u0301"
    one, other = export.encode([composed, apart.encode()])[0]
    np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_commands_accept_an_export(exported, tmp_path, command, on_run):
    file = tmp_path / "texts.txt"
    file.write_text("so happy\ngood day\n")
    for name, *flags in (
        ("sample", "-n", 3, "--temperature", 0.5),
        ("reconstruct", "good day", "@bob http://x.org"),
        ("interpolate", "--from", "a", "--to", "b"),
        ("arithmetic", "--a", "a", "--b", "b", "--c", "c"),
        ("vary", "good day"),
        ("score", "good day", "xx"),
        ("attribute", "good day", "--positive", file, "--negative", file),
    ):
        result = succeeds(command(name, exported, *flags))
        assert result.out == on_run(name, *flags).out
    result = command("sample", exported / "1", "--top-k", 3)
    refuses(result, "an export does not support --top-k", "run")
    refuses(command("evaluate", exported), "is an export", "the run")


def test_plot_draws_an_export_as_its_run(
    exported, finished_run, tmp_path, command
):
    drawings = []
    for number, path in enumerate((finished_run, exported)):
        file = tmp_path / f"{number}.svg"
        succeeds(command("plot", path, "--to", file))
        drawings.append(Drawing(file))
    run, export = (
        [points for curves in drawing.curves for _, points in curves]
        for drawing in drawings
    )
    assert_all_equal(export, run)
    assert [drawing.legend[0] for drawing in drawings] == ["run", "tiny"]
    bare = tmp_path / "bare"
    shutil.copytree(exported, bare)
    (log,) = bare.rglob("log.csv")
    log.unlink()
    refuses(command("plot", bare), "no log of its training", "export")


@pytest.fixture
def copied_export(exported, monkeypatch):
    """Copies an existing export instead of writing it again."""

    def copy(_, to):
        ignore = shutil.ignore_patterns("assets.extra")
        shutil.copytree(exported / "1", to, ignore=ignore, dirs_exist_ok=True)

    monkeypatch.setattr(export_model, "write_saved_model", copy)


@pytest.mark.usefixtures("copied_export")
def test_versions_are_numbered_and_never_overwritten(
    tmp_path, monkeypatch, on_run
):
    monkeypatch.setattr(export_model, "check", lambda *_: None)
    to = tmp_path / "models" / "mine"

    def export(*flags):
        return on_run("export", "--to", to, *flags)

    for flags, version in (([], 1), (["--version", 7], 7), ([], 8)):
        assert f"{to}/{version}" in succeeds(export(*flags)).out
        assert find_version(to) == to / str(version)
    assert {path.name for path in to.iterdir()} == {"1", "7", "8"}
    assert oct((to / "8").stat().st_mode & 0o555) == oct(0o555)
    refuses(export("--version", 7), "exists", "the next one, 9")
    refuses(export("--version", 0), "--version must be from 1 to")
    refuses(export("--version", 2**63), "--version must be from 1 to")
    # A folder without an export is not a version; its number is skipped.
    (to / "9").mkdir()
    assert find_version(to) == to / "8"
    assert next_version(to) == 10
    to = to / "9"
    refuses(export(), "ends in a number", "--version")
    to = tmp_path / "a model: mine"
    refuses(export(), "letters, digits")
    assert find_version(tmp_path) is None


def test_unsuitable_folders_and_damaged_exports_are_refused(
    finished_run, language_model_run, exported, tmp_path, command
):
    def export(run, to):
        return command("export", run, "--to", to)

    refuses(export(exported, tmp_path / "x"), "is an export", "the run")
    refuses(export(finished_run, exported.parent), "all models", "NAME")
    refuses(export(finished_run, finished_run), "is a run", "another folder")
    file = tmp_path / "file"
    file.touch()
    refuses(export(finished_run, file / "x"), "cannot write", "--to")
    result = export(language_model_run, tmp_path / "x")
    refuses(result, "language model", "latent")
    assert not (tmp_path / "x").exists()
    damaged = tmp_path / "damaged" / "1"
    damaged.mkdir(parents=True)
    (damaged / "saved_model.pb").write_bytes(b"\xff" * 99)
    sample = ("sample", damaged.parent)
    refuses(command(*sample), "damaged", "hcvae_tf.export")
    # An incomplete copy.
    shutil.copytree(exported / "1", damaged, dirs_exist_ok=True)
    (weights,) = damaged.glob("variables/*.data-*")
    os.truncate(weights, weights.stat().st_size // 2)
    refuses(command(*sample), "damaged", "copy it again")


def test_invalid_vectors_and_sampling_settings_are_refused(export_vae, run_vae):
    for vae in (export_vae, run_vae):
        for wrong in (np.zeros((1, Z)), np.zeros(Z + 1), ["so sad", "so"]):
            with pytest.raises(ValueError, match="must have shape"):
                vae.interpolate(wrong, np.zeros(Z))
            with pytest.raises(ValueError, match="must have shape"):
                vae.vary(wrong, 0)
        for wrong in (-1, Z):
            with pytest.raises(UserError, match=f"from 0 to {Z - 1}"):
                vae.vary(np.zeros(Z), wrong)
        for wrong in ({"top_k": 0}, {"top_p": 0.0}, {"top_p": np.nan}):
            with pytest.raises(ValueError, match="top_"):
                vae.sample(1, **wrong)
        varied = vae.vary(np.zeros(Z, int), 1, temperature=1)
        assert varied == vae.vary(np.zeros(Z), 1, temperature=1)


@pytest.mark.usefixtures("copied_export")
def test_an_export_that_cannot_be_written_leaves_no_files(
    tmp_path, monkeypatch, on_run
):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_model, "write_warmup", full)
    to = tmp_path / "models" / "mine"
    result = on_run("export", "--to", to)
    refuses(result, "No space left", "nothing was exported")
    assert list(to.iterdir()) == []
    names = {path.name for path in to.parent.iterdir()}
    assert names - {*LOCK_FILES} == {to.name}


@pytest.mark.slow
@pytest.mark.usefixtures("copied_export")
def test_an_export_with_other_answers_is_not_kept(
    tmp_path, monkeypatch, command, finished_run
):
    original = LocalSignatures.encode

    def encode(self, text):
        outputs = original(self, text)
        return {**outputs, "z_mean": outputs["z_mean"] + 1}

    monkeypatch.setattr(LocalSignatures, "encode", encode)
    to = tmp_path / "models" / "mine"
    # Not `on_run`, whose model has traced the other function.
    result = command("export", finished_run, "--to", to)
    refuses(result, "fresh process", "returns a different")
    assert list(to.iterdir()) == []


def test_the_check_refuses_xla(tmp_path):
    module = tf.Module()
    module.f = tf.function(
        lambda x: {"y": x + 1},
        jit_compile=True,
        input_signature=[tf.TensorSpec((None,), tf.float32, "x")],
    )
    tf.saved_model.save(module, str(tmp_path), {"f": module.f})
    (tmp_path / "answers").write_text("{}")
    with pytest.raises(SystemExit, match="XLA"):
        check_export.main(str(tmp_path), str(tmp_path / "answers"))


@pytest.mark.slow
def test_a_killed_export_is_not_a_version(finished_run, tmp_path):
    to = tmp_path / "models" / "mine"
    process = begin("hcvae_tf.export", finished_run, "--to", to)
    wait_for(lambda: [*to.glob(".part-*/saved_model.pb")], process)
    stop(process)
    assert find_version(to) is None
    assert not [name for name in os.listdir(to) if name.isdecimal()]


@pytest.mark.slow
@pytest.mark.parametrize("parts", ["hybrid-bytenet", "conv", "lstm-vae"])
def test_every_kind_of_model_can_be_exported(
    parts, make_model, vocabulary, tmp_path
):
    model = make_model(parts, length=9)
    randomize(model.trainable_weights)
    local = LocalSignatures(model, vocabulary, 9)
    export_model.write_saved_model(local, tmp_path)
    graph = (tmp_path / "saved_model.pb").read_bytes()
    assert b"_XlaMustCompile" not in graph
    export = ExportedSignatures(tmp_path)
    for name in SIGNATURES:
        inputs = columns(name, 11)
        assert_columns_close(export(name, inputs), local(name, inputs))


def test_a_model_in_bfloat16_is_used_in_float32(make_model, random_tokens):
    model = make_model(length=9, training={"precision": "bfloat16"})
    exact = in_float32(model)
    assert model.encoder.compute_dtype == "bfloat16"
    for layer in all_layers(exact):
        assert layer.compute_dtype == "float32", layer
    assert_all_equal(exact.weights, model.weights)
    tokens = random_tokens(5, 9)
    one, other = exact.encode(tokens)[0], model.encode(tokens)[0]
    np.testing.assert_allclose(one, other, rtol=0.05, atol=0.05)
    assert np.abs(one - other).max() > 0
