"""What a training prints is for a person who does not know it."""

import dataclasses
import json
import math

import numpy as np
import pytest
from shared import (
    SYNTHETIC,
    TINY,
    begin,
    log_of,
    printed_by,
    refuses,
    run_python,
    stop,
    succeeds,
)

from hcvae_tf.models.config import Config
from hcvae_tf.models.objective import Objective
from hcvae_tf.models.schedules import kl_weight
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.progress import duration, is_final
from hcvae_tf.training.summary import Outcome, summary

pytestmark = pytest.mark.long

ROW = {
    "epoch": 12.0,
    "step": 4800.0,
    "val_bits_per_char": 2.4,
    "bits_per_char": 2.35,
    "val_kl": 15.0,
}
CONFIG = Config(objective=Objective(kl_start=1200, kl_end=3600))
OUTCOME = Outcome(
    row=ROW,
    last_epoch=12,
    ngram_bits=2.6,
    ngram_texts=50_000,
    kl_per_dimension=[7.0, 7.0, 1.0, 0.0],
    left_out=0,
    useful_steps=math.inf,
)


def told(config=CONFIG, changed=None, **row):
    outcome = dataclasses.replace(
        OUTCOME, row={**ROW, **row}, **(changed or {})
    )
    return "\n".join(summary(config, outcome, RunFolder("runs/x")))


def test_a_good_training_needs_no_advice():
    text = told()
    assert "2.400 bits per character" in text
    assert "50,000 training texts: 2.600" in text
    assert "in use, 15.0 nats of KL; 2 of 4 dimensions carry 90 %" in text
    assert text.count("to change: nothing") == 1
    # Of a few steps, the texts may be to blame.
    assert told(changed={"left_out": 7}) == text


@pytest.mark.parametrize(
    ("row", "changed", "words"),
    [
        ({"val_kl": 0.4}, {}, "z is unused: --alpha 0.4 or --min-rate 10"),
        ({"val_kl": 3.0}, {}, "z is weak: --alpha 0.4"),
        ({"step": 450.0}, {}, "let the KL weight reach 1"),
        ({"bits_per_char": 1.2}, {}, "by heart"),
        ({}, {"ngram_bits": 2.1}, "more than with a 5-gram model"),
        ({}, {"left_out": 1_500}, "1,500 of 100,000 steps were left"),
        (
            {},
            {"last_epoch": 15, "ngram_bits": 2.1},
            "least after epoch 12 of 15",
        ),
    ],
)
def test_what_is_poor_comes_with_what_to_change(row, changed, words):
    text = told(changed=changed, **row)
    assert words in text
    assert "to change: nothing" not in text


def test_a_minimum_that_is_not_reached_takes_a_longer_training():
    config = CONFIG.replace("objective", min_rate=8.0)
    assert "z is weak: train longer" in told(config, val_kl=3.0)
    # It is reached, but low.
    low = CONFIG.replace("objective", min_rate=4.0)
    text = told(low, val_kl=3.9)
    assert "z is weak: --alpha 0.4 or --min-rate 10 makes" in text


def test_dropped_words_are_advised_where_they_help():
    for best in ({"last_epoch": 15}, {}):
        bits = {} if best else {"bits_per_char": 1.2}
        assert "--word-dropout 0.3" in told(changed=best, **bits)
        for model in ({"decoder": "deconv"}, {"word_dropout": 0.3}):
            config = CONFIG.replace("model", **model)
            assert "--word-dropout" not in told(config, best, **bits)


def test_few_texts_are_no_reason_to_train_longer():
    config = CONFIG.replace("objective", min_rate=8.0)
    few = {"useful_steps": 1.5 * config.training.steps, "ngram_bits": 2.1}
    text = told(config, few, val_kl=3.0)
    assert "train longer" not in text
    assert "more texts allow a longer one" in text
    assert "5-gram model: what helps: more texts" in text


def test_few_texts_that_are_not_learned_yet_are_trained_longer():
    config = CONFIG.replace("objective", min_rate=8.0)
    few = {"useful_steps": 1.5 * config.training.steps, "ngram_bits": 2.1}
    costs = {"bits_per_char": 2.5, "val_kl": 3.0}
    assert told(config, few, **costs).count("train longer") == 2
    # Tokens that were dropped make training texts cost more.
    config = config.replace("model", word_dropout=0.3)
    assert "train longer" not in told(config, few, **costs)


def test_a_language_model_has_no_latent_vector():
    text = told(changed={"kl_per_dimension": []})
    assert "latent" not in text
    # What it can do, see `test_a_language_model_cannot_reconstruct_…`.
    commands = [line.split()[2] for line in text.splitlines() if " -m " in line]
    assert commands == [
        f"hcvae_tf.{n}" for n in ("sample", "score", "evaluate")
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.4, "4 s"), (99, "99 s"), (120, "2 min"), (7200, "2.0 h")],
)
def test_times_are_those_of_people(seconds, text):
    assert duration(seconds) == text


def test_a_training_shows_life_before_tensorflow_is_loaded(tmp_path, data_dir):
    folders = ["--data-dir", data_dir, "--run-dir", tmp_path / "run"]
    process = begin("hcvae_tf.fit", *TINY, *folders)
    first = process.stderr.readline()
    stop(process)
    assert first == "loading TensorFlow ...\n"
    code = "import sys, hcvae_tf.fit; print('tensorflow' in sys.modules)"
    assert run_python(code).stdout == "False\n"


def test_a_training_explains_itself(finished_run, on_run):
    printed = printed_by(finished_run)
    lines = printed.splitlines()
    legend = next(n for n, line in enumerate(lines) if "1 nat" in line)
    heads = next(n for n, line in enumerate(lines) if "time left" in line)
    epochs = [n for n, line in enumerate(lines) if line.lstrip()[1:3] == "/2"]
    assert legend < heads < epochs[0]
    assert len(epochs) == 2
    rows = log_of(finished_run)
    for line, row in zip((lines[n] for n in epochs), rows, strict=True):
        assert f"{float(row['val_reconstruction']):.1f}" in line
        assert f"{float(row['val_kl']):.1f}" in line
        bits = f"{float(row['val_bits_per_char']):.3f} ("
        # The KL weight is 1 from step 6 on.
        assert (bits in line) == (int(row["step"]) >= 6)
    for name in ("from z = 0:", "text for validation:", "from its z:"):
        assert sum(name in line for line in lines) == 2
    # Libraries may print longer lines in between.
    own = lines[legend : heads + 1]
    own += [line for n in epochs for line in lines[n : n + 4]]
    assert max(map(len, own)) <= 80
    # Nothing is wrong with this training.
    for word in ("is read", "training ends at"):
        assert word not in printed
    last = "\n".join(lines[epochs[-1] :])
    for word in ("5-gram", "nats of KL", "to change", "next:", "sample"):
        assert word in last
    # The next commands can be copied.
    commands = [
        line.split()[2:]
        for line in lines
        if line.startswith("  python -m hcvae_tf.")
    ]
    assert len(commands) == 3
    for name, run, *_ in commands:
        assert run == str(finished_run)
        flags = ["text"] if name.endswith("reconstruct") else []
        succeeds(on_run(name.removeprefix("hcvae_tf."), *flags))


@pytest.mark.slow
def test_the_best_model_is_one_of_the_final_kl_weight(fit, tmp_path):
    """Before, the cost does not count z as it should."""
    run = tmp_path / "run"
    succeeds(
        fit(
            *("--epochs", 4, "--steps-per-epoch", 2),
            *("--kl-start", 4, "--kl-end", 6, "--learning-rate", 0.02),
        )
    )
    rows = log_of(run)
    best = json.loads((run / "checkpoints" / "best.json").read_text())
    costs = {int(row["epoch"]): float(row["val_negative_elbo"]) for row in rows}
    final = {n: cost for n, cost in costs.items() if 2 * n >= 6}
    assert best["epoch"] == min(final, key=final.get)
    assert best["val_negative_elbo"] == pytest.approx(min(final.values()))


def test_a_kl_weight_is_final_at_its_end():
    grows = Objective(kl_start=2, kl_end=6)
    assert [is_final(grows, step) for step in (0, 5, 6)] == [False, False, True]
    assert is_final(Objective(kl="constant"), 0)
    for step in range(100):
        high = Objective(kl_start=10, kl_end=90, kl_floor=0.375)
        assert is_final(high, step) == (float(kl_weight(high, step)) == 1)
    assert is_final(Objective(kl="none"), 0)


@pytest.mark.slow
def test_a_training_begins_with_the_weights_of_another(
    finished_run, command, tmp_path, data_dir
):
    texts = tmp_path / "mine.txt"
    texts.write_text("".join(f"text number {n}\n" for n in range(100)))
    run = tmp_path / "run"
    data = ["--dataset", "lines", "--data-file", texts, "--data-dir", data_dir]
    source = ["--from", finished_run]
    fit = ("fit", *data, *source, "--run-dir", run)
    refuses(command(*fit, "--z-size", 3), "--from keeps the sizes")
    refuses(command(*fit, "--length", 20), "--from keeps the sizes")
    # What is advised against learning by heart is possible.
    drops = ["--word-dropout", 0.3, "--batch-size", 1_000]
    refuses(command(*fit, *drops), "training texts")
    refuses(command(*fit, "--preset", "small"), "only one of")
    # A learning rate of almost nothing keeps the weights.
    rate = ["--learning-rate", 1e-12, "--batch-size", 8]
    length = ["--epochs", 1, "--steps-per-epoch", 1]
    succeeds(command(*fit, *rate, *length))
    from hcvae_tf.storage.model_file import load_checkpoint

    old, new = (
        load_checkpoint(each, each.model).trainable_weights
        for each in map(RunFolder, (finished_run, run))
    )
    for before, after in zip(old, new, strict=True):
        np.testing.assert_allclose(after, before, atol=1e-9)
    config = RunFolder(run).read_config()
    assert config.objective.kl == "constant"
    assert config.training.source == str(finished_run)
    # Stopped before its first checkpoint, it begins again with those weights;
    # and its settings repeat it.
    (log,) = log_of(run)
    files = [*(run / "checkpoints").iterdir()]
    for file in (*files, run / "log.csv", run / "model.keras"):
        file.unlink()
    succeeds(command("fit", "--resume", run))
    assert log_of(run)[0]["val_kl"] == log["val_kl"]
    again = tmp_path / "again"
    settings = ["--config", run / "config.json"]
    succeeds(command("fit", *settings, "--run-dir", again))
    assert log_of(again)[0]["val_kl"] == log["val_kl"]
    refuses(command("fit", *settings, *source), "only one of")
    refuses(command("fit", *settings, "--z-size", 3), "--from keeps the sizes")


def test_a_language_model_has_no_column_of_the_kl(language_model_run):
    printed = printed_by(language_model_run)
    assert "KL" not in printed
    assert "each of the 200 training texts is read 25 times" in printed
    rows = log_of(language_model_run)
    for row in rows:
        assert f"{float(row['val_bits_per_char']):.3f} (" in printed
    best = RunFolder(language_model_run).read_best_score()
    costs = [float(row["val_negative_elbo"]) for row in rows]
    assert best["val_negative_elbo"] == pytest.approx(min(costs))


@pytest.mark.slow
def test_a_resumed_training_knows_its_best_epoch(fit, command, tmp_path):
    run = tmp_path / "run"
    length = ["--epochs", 1, "--steps-per-epoch", 2, "--kl", "constant"]
    succeeds(fit(*length))
    # No later epoch is as good as this.
    best = run / "checkpoints" / "best.json"
    best.write_text(json.dumps({"epoch": 1, "val_negative_elbo": 0.1}))
    result = succeeds(command("fit", "--resume", run, "--epochs", 4))
    assert "epoch 1 is kept" in result.err
    assert "validation texts cost least after epoch 1 of 4" in result.err


def test_names_of_default_folders(command, finished_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.strftime", lambda *_: "NOW")
    names = []
    monkeypatch.setattr(
        "hcvae_tf.training.loop.start",
        lambda run, *_: names.append(str(run.folder)),
    )
    settings = tmp_path / "mine.json"
    settings.write_text((finished_run / "config.json").read_text())
    for flags in (
        ["--config", settings],
        ["--preset", "small-lm", "--minutes", 3],
        ["--minutes", 0.5],
        ["--from", finished_run],
    ):
        succeeds(command("fit", *SYNTHETIC, *flags))
    setups = "mine", "small-lm", "0.5min", "from-run"
    assert names == [f"runs/tweets-synthetic-{each}-NOW" for each in setups]
