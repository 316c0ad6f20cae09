"""Layers and models do what a Keras user expects of any other.

The layers go through Keras's own test of a layer, where it can be imported.
"""

import importlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from shared import FIRST_OF_PARTS, PARTS, small_config

import hcvae_tf
import hcvae_tf.layers
from hcvae_tf.layers.gaussian_sampling import GaussianSampling
from hcvae_tf.layers.masked_convolution import MaskedConvolutionBlock
from hcvae_tf.layers.token_embedding import TokenEmbedding
from hcvae_tf.layers.word_dropout import WordDropout
from hcvae_tf.models.build import build_model

pytestmark = pytest.mark.long

TOKENS = np.random.default_rng(0).integers(3, 12, (8, 9), np.int32)
READS, PREDICTS = 14, 12

Z_AND_TOKENS = {
    "input_shape": {"z_shape": (2, 4), "tokens_shape": (2, 9)},
    "input_dtype": {"z_shape": "float32", "tokens_shape": "int32"},
}
LAYERS = {
    "ConvEncoder": (
        hcvae_tf.ConvEncoder,
        {"z_size": 4, "length": 9, "filters": (8, 8), "bn_gamma": 0.5},
        {"input_data": TOKENS},
    ),
    "LSTMEncoder": (
        hcvae_tf.LSTMEncoder,
        {"z_size": 4, "units": 8},
        {"input_data": TOKENS},
    ),
    "LayerNormLSTM": (
        hcvae_tf.LayerNormLSTM,
        {"units": 8},
        {"input_data": TOKENS},
    ),
    "TokenEmbedding": (
        TokenEmbedding,
        {"vocabulary_size": READS, "size": 5},
        {"input_data": TOKENS},
    ),
    "MaskedConvolutionBlock": (
        MaskedConvolutionBlock,
        {"filters": 6},
        {"input_shape": (2, 9, 6)},
    ),
    "LSTMLanguageModel": (
        hcvae_tf.LSTMLanguageModel,
        {"output_vocabulary_size": PREDICTS, "units": 8},
        {"input_data": TOKENS},
    ),
    "ByteNetLanguageModel": (
        hcvae_tf.ByteNetLanguageModel,
        {"output_vocabulary_size": PREDICTS, "layers": 2, "filters": 8},
        {"input_data": TOKENS},
    ),
    "DeconvDecoder": (
        hcvae_tf.DeconvDecoder,
        {
            "output_vocabulary_size": PREDICTS,
            "z_size": 4,
            "length": 9,
            "filters": (8, 8),
        },
        {"input_shape": (2, 4)},
    ),
    "LSTMDecoder": (
        hcvae_tf.LSTMDecoder,
        {"output_vocabulary_size": PREDICTS, "z_size": 4, "units": 8},
        Z_AND_TOKENS,
    ),
    "HybridDecoder": (
        hcvae_tf.HybridDecoder,
        {
            "deconvolution": hcvae_tf.DeconvDecoder(PREDICTS, 4, 9, (8, 8), 6),
            "language_model": hcvae_tf.LSTMLanguageModel(READS, PREDICTS, 8, 6),
        },
        Z_AND_TOKENS,
    ),
    "GaussianSampling": (
        GaussianSampling,
        {},
        {
            "input_shape": {
                "z_mean_shape": (2, 4),
                "z_log_var_shape": (2, 4),
                "seed_shape": (2,),
            },
            "input_dtype": {
                "z_mean_shape": "float32",
                "z_log_var_shape": "float32",
                "seed_shape": "int32",
            },
        },
    ),
    "WordDropout": (
        WordDropout,
        {"rate": 0.5, "dropped": 13},
        {
            "input_shape": {"tokens_shape": (2, 9), "seed_shape": (2,)},
            "input_dtype": {"tokens_shape": "int32", "seed_shape": "int32"},
        },
    ),
}
# The same with vectors of tokens in place of one-hot vectors.
LAYERS |= {
    f"{name} with vectors": (layer, {**arguments, "embedding_size": 5}, inputs)
    for name, (layer, arguments, inputs) in LAYERS.items()
    if name in ("ConvEncoder", "LSTMEncoder", "LSTMDecoder")
    or name.endswith("LanguageModel")
}
READERS = {
    *("ConvEncoder", "LSTMEncoder", "LayerNormLSTM", "LSTMDecoder"),
    *("LSTMLanguageModel", "ByteNetLanguageModel"),
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow)
        if name.endswith("with vectors")
        else name
        for name in LAYERS
    ],
)
def test_layers_pass_the_test_of_keras(name):
    testing = pytest.importorskip("keras.src.testing")

    class Case(testing.TestCase):
        def runTest(self):
            pass

    layer, arguments, inputs = LAYERS[name]
    if name.split()[0] in READERS:
        arguments = {"input_vocabulary_size": READS, **arguments}
    case = Case()
    case.setUp()
    case.run_layer_test(
        layer,
        init_kwargs=arguments,
        supports_masking=False,
        # Keras's model for the training takes layers of one input alone.
        run_training_check=not isinstance(inputs.get("input_shape"), dict),
        **inputs,
    )


def test_every_public_layer_is_tested():
    layers = {
        name
        for name in hcvae_tf.__all__
        if isinstance(getattr(hcvae_tf, name), type)
        and issubclass(getattr(hcvae_tf, name), keras.Layer)
    }
    assert layers - {"TextVAE", "Encoder"} <= LAYERS.keys()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_an_lstm_refuses_weights_that_are_not_float32(dtype):
    with pytest.raises(ValueError, match="keeps its weights in float32"):
        hcvae_tf.LayerNormLSTM(8, 12, dtype=dtype)


@pytest.fixture(params=FIRST_OF_PARTS)
def make(request, vocabulary):
    """Builds and compiles a model of one kind."""

    def build(optimizer=None, dtype="float32", **settings):
        config = small_config(**PARTS[request.param], **settings)
        model = build_model(config, vocabulary, dtype)
        model.compile(optimizer or keras.optimizers.Adam(1e-2))
        return model

    return build


def test_data_comes_in_any_form(make):
    model = make()
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=True)
    names = [metric.name for metric in model.metrics]
    expected = model.evaluate(TOKENS, verbose=0, batch_size=8)
    weights = np.ones(8, "float32")
    for x, y, sample_weight in (
        (TOKENS.astype("int64"), None, None),
        (TOKENS.astype("uint8"), None, None),
        (TOKENS.astype("int8"), TOKENS, None),
        (TOKENS, TOKENS, weights),
    ):
        found = model.evaluate(x, y, 8, 0, sample_weight=sample_weight)
        assert found == expected
    for data in (
        tf.data.Dataset.from_tensor_slices((TOKENS, TOKENS)).batch(8),
        ((TOKENS,) for _ in range(1)),
    ):
        assert model.evaluate(data, verbose=0) == expected
    assert model.test_on_batch(TOKENS) == pytest.approx(expected)
    doubled = model.evaluate(
        TOKENS, sample_weight=2 * weights, batch_size=8, verbose=0
    )
    loss = names.index("loss")
    assert doubled[loss] == pytest.approx(2 * expected[loss])
    result = model.train_on_batch(TOKENS, return_dict=True)
    assert result.keys() == set(names)
    model.fit(TOKENS, None, sample_weight=weights, batch_size=8, verbose=0)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("must be integer ids", TOKENS.astype("float32")),
        ("must have shape", TOKENS[:, :, None]),
    ],
)
def test_wrong_tokens_are_named(make, words, wrong):
    with pytest.raises(ValueError, match=words):
        make().train_on_batch(wrong)


def test_a_wrong_length_is_named(make):
    model = make()
    if model.length is None:
        model.train_on_batch(TOKENS[:, :5])
        return
    with pytest.raises(ValueError, match="texts of 9 tokens, not 5"):
        model.train_on_batch(TOKENS[:, :5])


def test_what_is_not_supported_is_refused(make):
    model = make()
    for name in ("loss", "metrics", "loss_weights", "weighted_metrics"):
        with pytest.raises(ValueError, match=f"leave {name} out"):
            model.compile("adam", **{name: ["mse"]})
    with pytest.raises(ValueError, match="sample_weight"):
        model.fit(TOKENS, class_weight={0: 1.0})
    with pytest.raises(ValueError, match="cannot be quantized"):
        model.quantize("int8")


def test_predict_functional_use_and_export(make, tmp_path):
    model = make()
    outputs = model.predict(TOKENS, batch_size=3, verbose=0)
    assert all(isinstance(value, np.ndarray) for value in outputs.values())
    assert outputs["logits"].shape == (8, 9, PREDICTS)
    tokens = keras.Input((9,), dtype="int32")
    functional = keras.Model(tokens, model(tokens))
    model.export(tmp_path / "model", verbose=False)
    archive = keras.export.ExportArchive()
    parts = {"model": model}
    if model.encoder is not None:
        parts["encoder"] = model.encoder
    for name, part in parts.items():
        archive.track(part)
        spec = tf.TensorSpec((None, 9), tf.int32)
        archive.add_endpoint(name, part.__call__, [spec])
    archive.write_out(tmp_path / "archive", verbose=False)
    exported = tf.saved_model.load(tmp_path / "model")
    archived = tf.saved_model.load(tmp_path / "archive")
    for function in (functional, exported.serve, archived.model):
        found = function(TOKENS)
        assert found.keys() == outputs.keys()
        for name, value in outputs.items():
            np.testing.assert_allclose(found[name], value, atol=1e-4)
    if model.encoder is not None:
        z_mean, _ = archived.encoder(TOKENS)
        np.testing.assert_allclose(z_mean, outputs["z_mean"], atol=1e-4)


def test_losses_of_layers_count(make):
    plain, regularised = make(), make()
    for model in (plain, regularised):
        model.compile(model.optimizer, run_eagerly=True)
    parts = (regularised.decoder, *regularised.decoder._layers)
    head = next(part.head for part in parts if hasattr(part, "head"))
    head.kernel.regularizer = keras.regularizers.L2(0.5)
    added = 0.5 * float(tf.reduce_sum(tf.square(head.kernel)))
    before = plain.train_on_batch(TOKENS, return_dict=True)["loss"]
    after = regularised.train_on_batch(TOKENS, return_dict=True)["loss"]
    assert after - before == pytest.approx(added, rel=1e-3)
    # And it is minimised: the weights have become others.
    head_of_plain = next(
        part.head
        for part in (plain.decoder, *plain.decoder._layers)
        if hasattr(part, "head")
    )
    assert np.abs(head.kernel - head_of_plain.kernel).max() > 1e-4


def test_a_subclass_can_override_the_loss(vocabulary):
    class Tripled(hcvae_tf.TextVAE):
        def compute_loss(self, *arguments, **keywords):
            return 3 * super().compute_loss(*arguments, **keywords)

    config = small_config()
    results = []
    for kind in (hcvae_tf.TextVAE, Tripled):
        model = build_model(config, vocabulary, model_class=kind)
        model.compile(keras.optimizers.SGD(0.0))
        results.append(model.test_on_batch(TOKENS, return_dict=True)["loss"])
    assert results[1] == pytest.approx(3 * results[0])


def test_clipping_does_not_see_the_scale_of_the_loss(vocabulary):
    """Half precision scales losses; the norm to clip at is not scaled."""
    weights = []
    for scale in (1.0, 1024.0):
        config = small_config(training={"clip_norm": 0.5})
        model = build_model(config, vocabulary)
        optimizer = keras.optimizers.SGD(1.0)
        if scale > 1:
            optimizer = keras.optimizers.LossScaleOptimizer(
                optimizer, initial_scale=scale
            )
        model.compile(optimizer, run_eagerly=True)
        before = [np.array(weight) for weight in model.trainable_weights]
        model.train_on_batch(TOKENS)
        moved = [
            np.array(weight) - old
            for weight, old in zip(model.trainable_weights, before, strict=True)
        ]
        norm = np.sqrt(sum(np.sum(np.square(each)) for each in moved))
        assert norm == pytest.approx(0.5, rel=1e-3)
        weights.append(model.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_frozen_encoder_keeps_its_weights(make_model):
    model = make_model()
    model.encoder.trainable = False
    model.compile(keras.optimizers.Adam(0.1), run_eagerly=True)
    before = model.encoder.get_weights()
    model.fit(TOKENS, verbose=0)
    for old, new in zip(before, model.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_low_rank_adapters_are_trained_and_saved(make_model, tmp_path):
    model = make_model()
    heads = [model.decoder.language_model.head, model.encoder.posterior]
    for head in heads:
        head.enable_lora(2)
    model.compile(keras.optimizers.Adam(0.01), run_eagerly=True)
    model.fit(TOKENS, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        loaded.predict(TOKENS, verbose=0)["logits"],
        model.predict(TOKENS, verbose=0)["logits"],
        atol=1e-5,
    )


@pytest.mark.slow
def test_callbacks_and_optimizers_of_keras(make_model):
    model = make_model()
    optimizer = keras.optimizers.Adam(
        0.01, use_ema=True, gradient_accumulation_steps=2
    )
    model.compile(optimizer)
    history = model.fit(
        TOKENS,
        batch_size=2,
        validation_data=TOKENS,
        epochs=2,
        verbose=0,
        callbacks=[
            keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2),
            keras.callbacks.EarlyStopping(),
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
        ],
    ).history
    assert history["learning_rate"] == pytest.approx([0.005, 0.0025])


def test_from_config_leaves_its_argument_alone(make):
    config = make().get_config()
    copy = dict(config)
    hcvae_tf.TextVAE.from_config(config)
    assert config == copy
    assert isinstance(config["objective"], dict)


def test_an_objective_may_be_a_dict(make_model):
    model = make_model()
    again = hcvae_tf.TextVAE(model.encoder, model.decoder, {"alpha": 0.7})
    assert again.objective == hcvae_tf.Objective(alpha=0.7)
    with pytest.raises(ValueError, match="`kl` must be one of"):
        hcvae_tf.TextVAE(model.encoder, model.decoder, {"kl": "cyclic"})


@pytest.fixture
def odd_settings():
    """Returns a function that changes the global settings of Keras."""
    names = ("image_data_format", "epsilon", "floatx")
    before = {name: getattr(keras.config, name)() for name in names}

    def set_all(values):
        for name, value in values.items():
            getattr(keras.config, f"set_{name}")(value)

    odd = dict(zip(names, ("channels_first", 0.1, "float16"), strict=True))
    yield lambda: set_all(odd)
    set_all(before)


@pytest.mark.slow
def test_global_settings_of_keras_do_not_reach_the_model(
    vocabulary, odd_settings
):
    config = small_config(**PARTS["hybrid-bytenet"])

    def results():
        model = build_model(config, vocabulary)
        model.compile(keras.optimizers.SGD(2**-6))
        return model.train_on_batch(TOKENS), model.test_on_batch(TOKENS)

    plain = results()
    odd_settings()
    assert results() == plain


def test_the_library_refuses_another_backend(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ValueError, match="not jax; set KERAS_BACKEND="):
        importlib.reload(hcvae_tf.layers)
