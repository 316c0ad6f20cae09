"""Runs on subwords: all that runs on characters can do."""

import csv
import json
import math

import numpy as np
import pytest
import tensorflow as tf
from shared import (
    SYNTHETIC,
    call,
    command_line,
    exported_once,
    grammar_config,
    loads,
    refuses,
    succeeds,
    train,
)

from hcvae_tf import TrainedTextVAE
from hcvae_tf.command_line.text_output import TextOutput
from hcvae_tf.fit import read_command
from hcvae_tf.metrics.costs import mean_costs
from hcvae_tf.metrics.importance_weighting import mean_importance_weighted_nll
from hcvae_tf.serving.example_inputs import example_inputs
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.errors import UserError
from pipelines.load import load
from pipelines.vocabulary import SubwordVocabulary
from tuner import search

pytestmark = pytest.mark.long

SIZE = 560
SUBWORDS = ["--units", "subwords", "--vocabulary-size", SIZE]
FLAGS = [*SUBWORDS, "--length", 24, "--embedding-size", 8]
TEXTS = [
    *("so happy today", "", "naïve 😀 zz\ttab", "\u2581 odd", "x" * 400),
    b"\xff\x00 bytes",
]


@pytest.fixture(scope="module")
def run(made_once, data_dir):
    length = ["--epochs", 2, "--steps-per-epoch", 4]
    return made_once(
        "subwords", lambda folder: train(folder, data_dir, *FLAGS, *length)
    )


@pytest.fixture(scope="module")
def trained(run):
    return TrainedTextVAE.load(run)


@pytest.fixture(scope="module")
def exported(made_once, run, trained):
    return exported_once(made_once, "subword_export", run, trained)


def test_the_vocabulary_is_stored_with_the_run(run, trained, data_dir):
    config = RunFolder.open(run).read_config()
    assert (config.data.units, config.data.vocabulary_size) == (
        "subwords",
        SIZE,
    )
    vocabulary = RunFolder.open(run).read_vocabulary()
    assert isinstance(vocabulary, SubwordVocabulary)
    assert vocabulary.size == SIZE
    corpus = load(
        "tweets/synthetic", texts=200, subwords=SIZE, data_dir=str(data_dir)
    )
    assert corpus.vocabulary == vocabulary == trained.signatures.vocabulary
    # It was learned from the texts of the train split alone.
    texts = [row["text"].numpy() for row in corpus.texts("train")]
    assert SubwordVocabulary.learn(texts, SIZE) == vocabulary


@pytest.fixture(scope="module")
def served(exported):
    return TrainedTextVAE.load(exported)


def test_an_export_answers_as_its_run(exported, served, trained):
    assert served.reconstruct(TEXTS) == trained.reconstruct(TEXTS)
    drawn = {"temperature": 0.9, "seed": 4}
    assert served.sample(30, **drawn) == trained.sample(30, **drawn)
    for one, other in zip(
        served.score(TEXTS), trained.score(TEXTS), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-4)
    ends = trained.encode(TEXTS[:2])[0]
    assert served.interpolate(*ends) == trained.interpolate(*ends)
    graph = (exported / "1" / "saved_model.pb").read_bytes()
    for word in (b"Sentencepiece", b"PyFunc", b"HashTable", b"MustCompile"):
        assert word not in graph
    # A trie in each place that reads it would take several times as much.
    assert len(graph) < 4 << 20


@pytest.mark.slow
def test_the_export_loads_as_a_server_loads_it(exported, trained):
    folder = str(exported / "1")
    calls = {
        name: example_inputs(name, trained.z_size, 12)
        for name in ("encode", "score", "reconstruct")
    }
    answers = {
        name: trained.signatures(name, inputs) for name, inputs in calls.items()
    }
    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        loaded = tf.compat.v1.saved_model.load(session, ["serve"], folder)
        for name, inputs in calls.items():
            signature = loaded.signature_def[name]
            found = session.run(
                {key: out.name for key, out in signature.outputs.items()},
                {
                    signature.inputs[key].name: column
                    for key, column in inputs.items()
                },
            )
            for key, column in answers[name].items():
                if column.dtype.kind == "f":
                    np.testing.assert_allclose(found[key], column, 1e-3, 1e-3)
                else:
                    assert found[key].tolist() == column.tolist()


def test_costs_are_per_character_of_the_text(trained):
    texts = ["so happy today", "naïve 😀"]
    scores = trained.score(texts)
    characters = np.array([len(text.encode()) + 1 for text in texts])
    bits = scores.negative_elbo / math.log(2) / characters
    np.testing.assert_allclose(scores.bits_per_char, bits, rtol=1e-5)
    for text, pieces, cost in zip(
        texts, trained.score_pieces(texts), scores.reconstruction, strict=True
    ):
        assert b"".join(piece for piece, _ in pieces).decode() == text
        assert sum(nats for _, nats in pieces) == pytest.approx(cost, rel=1e-4)
        assert pieces[-1][0] == b""


def test_score_shows_what_pieces_cost(run, trained, exported, served, capfd):
    flags = [run, "so happy 😀", "a\tb", "--pieces"]
    with loads(run, trained):
        printed = succeeds(call(capfd, "hcvae_tf.score", *flags)).out
        rows = succeeds(call(capfd, "hcvae_tf.score", *flags, "--json")).out
    assert '"<z>"' in printed
    assert printed.count('"<end>"') == 2
    for line in rows.splitlines():
        row = json.loads(line)
        total = sum(bits for _, bits in row["bits"])
        characters = len(row["text"].encode()) + 1
        assert total / characters == pytest.approx(
            row["bits_per_char"], rel=1e-4
        )
    with loads(exported, served):
        result = call(capfd, "hcvae_tf.score", exported, "a", "--pieces")
    refuses(result, "an export has no costs of pieces", "use the run")


def test_a_piece_does_not_control_the_terminal(capsys):
    TextOutput().print_costs(1.0, "x", [("\x7f\x9b\u2028 \n", 2.0)])
    assert capsys.readouterr().out.splitlines() == [
        "1.000\tx",
        '        2.00  "\\x7f\\x9b\\u2028 \\n"',
    ]


@pytest.mark.slow
def test_commands_work_on_subwords(run, capfd, tmp_path):
    texts = tmp_path / "texts.txt"
    texts.write_text("so happy today\n" * 20)
    for name, *flags in (
        ("sample", "-n", 2, "--temperature", 1, "--top-k", 5, "--top-p", 0.9),
        ("interpolate", "--from", "so happy", "--to", "so sad"),
        ("vary", "so happy"),
        ("evaluate", "--importance-samples", 2, "--yardstick", run),
        ("evaluate", "--samples", 4, "--temperature", 0.7, "--first", 20),
        ("encode", "--to", tmp_path / "z.npz"),
    ):
        result = call(capfd, f"hcvae_tf.{name}", run, *flags)
        if "--yardstick" in flags:
            refuses(result, "is not a language model")
        else:
            succeeds(result)


@pytest.mark.slow
def test_a_yardstick_may_have_other_tokens(
    run, language_model_run, finished_run, capfd
):
    """Its cost per character is that of its own evaluation."""
    flags = ["--json", "--yardstick", language_model_run]
    found = json.loads(
        succeeds(call(capfd, "hcvae_tf.evaluate", run, *flags)).out
    )
    own = json.loads(
        succeeds(
            call(capfd, "hcvae_tf.evaluate", language_model_run, "--json")
        ).out
    )
    scale = found["negative_elbo"] / found["bits_per_char"]
    assert found["yardstick"] == pytest.approx(own["bits_per_char"] * scale)
    characters = json.loads(
        succeeds(call(capfd, "hcvae_tf.evaluate", finished_run, "--json")).out
    )
    # The same texts have the same characters, whatever the tokens are.
    assert found["characters"] == characters["characters"]
    # But the places in windows that are cut elsewhere are not the same.
    result = call(capfd, "hcvae_tf.evaluate", run, "--by-place", *flags)
    refuses(result, "cut long texts", "--by-place")


@pytest.mark.slow
def test_training_starts_from_a_run_with_its_subwords(
    run, tmp_path, data_dir, capfd
):
    file = tmp_path / "mine.txt"
    file.write_text("".join(f"so happy {n}\n" for n in range(200)))
    flags = ["--from", run, "--dataset", "lines", "--data-file", file]
    flags += ["--data-dir", data_dir, "--run-dir", tmp_path / "run"]
    steps = ["--epochs", 1, "--steps-per-epoch", 1, "--batch-size", 8]
    succeeds(call(capfd, "hcvae_tf.fit", *flags, *steps))
    again = RunFolder.open(tmp_path / "run").read_vocabulary()
    assert again == RunFolder.open(run).read_vocabulary()
    for other in (["--units", "characters"], ["--vocabulary-size", "700"]):
        with pytest.raises(UserError):
            read_command(list(map(str, [*flags, *other])))


@pytest.mark.slow
@pytest.mark.parametrize("parts", ["hybrid-lstm", "language-model"])
def test_no_cost_is_below_the_entropy_of_the_corpus(parts, data_dir):
    corpus = load(
        "tweets/synthetic", texts=2_000, subwords=600, data_dir=str(data_dir)
    )
    model = compiled_model(grammar_config(parts, 64), corpus.vocabulary)
    assert corpus.unit("test", 64) == "text"
    batches = corpus.evaluation("test", 64, 100)
    before = mean_costs(model, batches)
    model.fit(corpus.training(64, 32, 0), steps_per_epoch=150, verbose=0)
    after = mean_costs(model, batches)
    rows = list(corpus.texts("test"))
    truth = np.mean([-float(row["log_probability"]) for row in rows])
    characters = sum(len(row["text"].numpy()) + 1 for row in rows)
    assert after["characters"] == characters
    assert truth < after["negative_elbo"] < before["negative_elbo"] / 2
    weighted = mean_importance_weighted_nll(model, batches, 10)
    assert truth < weighted["importance_weighted_nll"]
    assert weighted["importance_weighted_nll"] < 1.02 * after["negative_elbo"]


@pytest.mark.slow
def test_a_search_varies_the_vocabulary(tmp_path, data_dir):
    folder = tmp_path / "search"
    flags = [
        *(*SYNTHETIC, "--units", "subwords", "--vocabulary-size", "300:560"),
        *("--z-size", 4, "--maps", 8, 8, "--feature-size", 8, "--alpha", 0.2),
        *("--decoder-units", 8, "--batch-size", 8, "--precision", "float32"),
        *("--epochs", 1, "--steps-per-epoch", 2, "--validation-batches", 2),
        *("--kl-start", 1, "--kl-end", 2, "--min-kl", 0, "--trials", 2),
        *("--data-dir", data_dir, "--to", folder, "--tuner", "random"),
    ]
    with command_line("tuner.search", *flags):
        assert search.main() == 0
    found = []
    for trial in (folder / "runs").glob("trial-*/log.csv"):
        run = RunFolder.open(trial.parent)
        size = run.read_config().data.vocabulary_size
        assert run.read_vocabulary().size <= size
        with trial.open() as rows:
            (row,) = csv.DictReader(rows)
        found.append((float(row["val_bits_per_char"]), size))
    assert len(found) == 2
    best = json.loads((folder / "best.json").read_text())
    # Nats of a text would depend on how much of it a window holds.
    assert best["data"]["vocabulary_size"] == min(found)[1]


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        (
            ["--units", "characters", "--vocabulary-size", "500"],
            "`vocabulary_size`.*`units`",
        ),
        (["--units", "subwords", "--vocabulary-size", "9"], "from 260"),
        (["--units", "words"], "units"),
        (["--embedding-size", "-1"], "`embedding_size`"),
    ],
)
def test_impossible_settings_are_refused(flags, problem):
    with pytest.raises((UserError, SystemExit), match=problem):
        read_command(["--dataset", "tweets", *flags])
