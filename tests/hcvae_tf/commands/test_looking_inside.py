"""The commands that examine a trained model and its latent vectors."""

import json
from collections import Counter

import numpy as np
import pytest
from drawings import Drawing
from shared import loads, refuses, succeeds, train_on_batch

from hcvae_tf.command_line.text_source import TextSource
from hcvae_tf.inference.local_signatures import LocalSignatures
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.metrics.costs import mean_costs
from hcvae_tf.metrics.linear_probe import probe_accuracy, probe_verdict
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.corpus import open_corpus

TEXTS = ["good morning", "so sad about the match", "what a day"]


def test_arithmetic_is_a_minus_b_plus_c(run_vae, on_run):
    again = run_vae.reconstruct(TEXTS)
    a, b, c = TEXTS
    assert run_vae.arithmetic(a, a, c) == again[2]
    assert run_vae.arithmetic(a, c, c) == again[0]
    z = run_vae.encode(TEXTS)[0]
    expected = run_vae.decode((z[0] - z[1] + z[2])[np.newaxis])
    result = on_run("arithmetic", "--a", a, "--b", b, "--c", c)
    assert result.out.splitlines() == expected


def test_vary_changes_one_dimension(run_vae, monkeypatch):
    seen = []
    monkeypatch.setattr(run_vae, "decode", lambda z: seen.append(z) or [])
    z = np.arange(4, dtype=np.float32)
    run_vae.vary(z, 2, points=3)
    (rows,) = seen
    # The medians of three equally likely parts of a standard normal.
    np.testing.assert_allclose(rows[:, 2], [-0.967, 0, 0.967], atol=1e-3)
    np.testing.assert_allclose(rows[:, [0, 1, 3]], [[0, 1, 3]] * 3)


def test_vary_prints_one_text_per_point(on_run):
    vary = ("vary", "good day")
    flags = ["--dimension", 1, "--points", 2]
    result = on_run(*vary, *flags)
    lines = [line.split("\t") for line in result.out.splitlines()]
    assert [label for label, _ in lines] == ["quantile 0.25", "quantile 0.75"]
    rows = map(json.loads, on_run(*vary, *flags, "--json").out.splitlines())
    assert list(rows) == [
        {"dimension": 1, "quantile": quantile, "text": text}
        for quantile, (_, text) in zip([0.25, 0.75], lines, strict=True)
    ]
    texts = [text for _, text in lines]
    assert on_run(*vary, *flags, "--plain").out.splitlines() == texts
    strings = on_run(*vary, *flags, "--plain", "--json").out.splitlines()
    assert list(map(json.loads, strings)) == texts
    result = on_run(*vary)
    assert len(result.out.splitlines()) == 7
    assert result.err.splitlines()[-1].startswith("dimension ")
    refuses(on_run(*vary, "--dimension", 4), "--dimension", "0 to 3")


def test_an_attribute_is_a_difference_of_means(run_vae, tmp_path, on_run):
    groups = {"positive": TEXTS[:2], "negative": TEXTS[2:]}
    files = []
    for name, texts in groups.items():
        file = tmp_path / f"{name}.txt"
        file.write_text("\n".join(texts) + "\n")
        files += [f"--{name}", file]
    result = on_run("attribute", "hello", *files, "--strengths", 0, 2)
    means = [run_vae.encode(texts)[0].mean(0) for texts in groups.values()]
    z = run_vae.encode(["hello"])[0][0]
    rows = np.stack([z, z + 2 * (means[0] - means[1])])
    labels = ["strength 0", "strength 2"]
    expected = run_vae.decode(rows)
    assert result.out.splitlines() == [
        f"{label}\t{text}" for label, text in zip(labels, expected, strict=True)
    ]
    result = on_run("attribute", "hello", "hi", *files, "--strengths", 2)
    cells = [line.split("\t") for line in result.out.splitlines()]
    assert [row[:2] for row in cells] == [
        [t, labels[1]] for t in ("hello", "hi")
    ]
    assert cells[0][2] == expected[1]


def test_score_is_the_cost_per_character(run_vae, on_run):
    result = on_run("score", *TEXTS)
    lines = [line.split("\t") for line in result.out.splitlines()]
    assert [text for _, text in lines] == TEXTS
    local = run_vae.signatures
    tokens = local.vocabulary.encode(TEXTS, local.length)
    for row, (bits, _) in zip(tokens, lines, strict=True):
        costs = mean_costs(local.model, [row[None]])
        # One sample or ten: the costs are close at the start of training.
        assert float(bits) == pytest.approx(costs["bits_per_char"], rel=0.05)


def test_texts_are_normalised_as_in_training(on_run):
    scores = [
        on_run("score", text).out.split("\t")[0]
        for text in ("@bob see http://a.org/b", "@userid see url", "@bob see")
    ]
    assert scores[0] == scores[1] != scores[2]


def test_an_unusual_text_has_the_highest_score(make_model, vocabulary):
    model = make_model("language-model", training={"learning_rate": 1e-2})
    texts = ["abc abc", "abc def", "abc fed", "abc abe"]
    tokens = vocabulary.encode(texts, 9)
    train_on_batch(model, tokens, 100)
    vae = TrainedTextVAE(LocalSignatures(model, vocabulary, 9))
    scores = vae.score([*texts, "hgghhdc"]).bits_per_char
    assert scores.argmax() == 4
    assert scores[:4].max() < 0.5 * scores[4]


def test_encode_writes_the_codes_of_the_split(
    finished_run, run_vae, tmp_path, on_run
):
    folder = tmp_path / "codes"
    flags = ["--to", folder, "--split", "test", "--first", 5]
    succeeds(on_run("encode", *flags))
    corpus = open_corpus(RunFolder(finished_run).read_config().data)
    rows = list(corpus.texts("test").take(5).as_numpy_iterator())
    z_mean = np.load(folder / "z_mean.npy")
    expected = run_vae.encode([row["text"] for row in rows])[0]
    np.testing.assert_allclose(z_mean, expected, atol=1e-6)
    printed = np.loadtxt(folder / "z_mean.tsv", delimiter="\t")
    np.testing.assert_allclose(printed, z_mean, rtol=1e-4, atol=1e-6)
    lines = (folder / "texts.tsv").read_text().splitlines()
    printed = [f"{r['topic'].decode()}\t{r['text'].decode()}" for r in rows]
    assert lines == ["label\ttext", *printed]
    assert "z_mean.tsv" in (folder / "projector_config.pbtxt").read_text()
    refuses(on_run("encode", *flags), "exists", "--to")


def test_texts_for_the_projector_keep_quotes_and_escape_tabs(
    tmp_path, data_dir, on_run
):
    file = tmp_path / "mine.tsv"
    file.write_text('glad\tshe said "hi"\nsad\tone\ttwo\n')
    folder = tmp_path / "codes"
    flags = ["--data-file", file, "--data-dir", data_dir, "--to", folder]
    succeeds(on_run("encode", *flags))
    rows = (folder / "texts.tsv").read_text().splitlines()
    assert sorted(rows[1:]) == ['glad\tshe said "hi"', "sad\tone\\ttwo"]


def test_a_group_without_texts_is_refused(tmp_path, on_run):
    empty, full = tmp_path / "empty.txt", tmp_path / "full.txt"
    empty.write_text("\n\n")
    full.write_text("so happy\n")
    flags = ["--positive", full, "--negative", empty]
    refuses(on_run("attribute", "hi", *flags), "empty.txt", "no texts")


def test_the_probe_finds_labels_that_are_linear_in_z():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 300)
    z = rng.normal(size=(300, 5))
    chance, _ = probe_accuracy(z, labels)
    assert chance == pytest.approx(1 / 3, abs=0.12)
    z[np.arange(300), labels] += 8
    assert probe_accuracy(z, labels)[0] > 0.98


def test_the_probe_says_what_its_accuracy_means():
    # Guessing errs in 40 of 100 texts, and the probe in 30.
    assert "avoids 25% of the errors" in probe_verdict(0.7, 0.01, 0.6)
    for accuracy in (0.55, 0.6, 0.61):
        verdict = probe_verdict(accuracy, 0.01, 0.6)
        assert verdict.startswith("no better than always guessing")
    assert "always right" in probe_verdict(1.0, 0.0, 0.6)


def test_probe_prints_measures_and_map_draws_all_texts(
    finished_run, tmp_path, on_run
):
    flags = ["--split", "all", "--label", "mood", "--json"]
    result = on_run("probe", *flags)
    measures = json.loads(result.out)
    work = [line for line in result.err.splitlines() if line.endswith(" ...")]
    assert [line.split()[0] for line in work] == ["encoding", "fitting"]
    assert f" {measures['texts']:,} texts" in work[0]
    _, meaning = on_run("probe", *flags[:-1]).out.splitlines()
    assert "most frequent label" in meaning
    assert 0 <= measures["accuracy"] <= 1
    assert measures["labels"] >= 2
    file = tmp_path / "map.svg"
    flags = ["--to", file, "--split", "all", "--first", 60]
    result = succeeds(on_run("map", *flags))
    assert result.err.splitlines()[-4:] == [
        "encoding 60 texts ...",
        "note: of texts that are longer than the model's 48 tokens, only the "
        "beginnings count",
        "computing the t-SNE map of 60 vectors ...",
        f"wrote {file}",
    ]
    corpus = open_corpus(RunFolder(finished_run).read_config().data)
    first = corpus.texts("all").take(60).as_numpy_iterator()
    topics = Counter(row["topic"].decode() for row in first)
    drawing = Drawing(file)
    (groups,) = drawing.dots
    assert len({colour for colour, _ in groups}) == len(topics)
    drawn = [len(points) for _, points in groups]
    title, name, *names = drawing.texts
    assert title == "t-SNE of z_mean: 60 texts of tweets/synthetic (all)"
    assert name == "topic"
    dots = np.concatenate([points for _, points in groups])
    assert dots[:, 0].max() < drawing.legend_starts
    assert dict(zip(names, drawn, strict=True)) == topics
    result = on_run("probe", "--label", "colour")
    refuses(result, "'colour'", "topic, mood")


def test_probe_leaves_rare_labels_out(tmp_path, data_dir, on_run):
    """Each fold needs a text of each label."""
    labels = [*("ab" * 20), *("c" * 4), "d", *([""] * 3)]
    file = tmp_path / "mine.tsv"
    file.write_text(
        "".join(f"{label}\ttext {n}\n" for n, label in enumerate(labels))
    )
    data = ["--data-file", file, "--data-dir", data_dir, "--split", "all"]
    result = succeeds(on_run("probe", *data, "--json"))
    measures = json.loads(result.out)
    assert (measures["labels"], measures["texts"]) == (2, 40)
    assert measures["most_frequent"] == 0.5
    assert "fewer than 5 texts are left out, 2: c, d\n" in result.err
    file.write_text("".join(f"{n % 9}\ttext {n}\n" for n in range(12)))
    result = on_run("probe", *data)
    refuses(result, "two or more labels with 5", "of 9 are ", " 0 (2), ")
    rows = (f"{n}\ttext {n}\n" for n in range(2_000))
    file.write_text("".join(rows))
    result = on_run("probe", *data)
    refuses(result, "the most frequent of 2,000 are")
    assert len(result.err.splitlines()[-1]) < 200


def test_a_map_of_many_labels_shows_all_texts(tmp_path, data_dir, on_run):
    file = tmp_path / "many.tsv"
    labels = [f"label {n}" for n in range(10) for _ in range(12 - n)]
    rows = (f"{label}\ttext {n}\n" for n, label in enumerate(labels))
    file.write_text("".join(rows))
    flags = ["--data-file", file, "--data-dir", data_dir]
    chart = tmp_path / "map.svg"
    succeeds(on_run("map", *flags, "--to", chart))
    drawing = Drawing(chart)
    frequent = [f"label {n}" for n in range(8)]
    assert drawing.legend == ["label", *frequent, "other labels"]
    (groups,) = drawing.dots
    assert sum(len(points) for _, points in groups) == len(labels)


@pytest.mark.parametrize("first", [None, 3, 10**6])
@pytest.mark.parametrize("split", ["test", "all"])
def test_the_progress_ends_with_the_batches(finished_run, split, first):
    corpus = open_corpus(RunFolder(finished_run).read_config().data)
    source = TextSource(split=split, first=first)
    expected = sum(1 for _ in source.windows(corpus, 200, 7))
    assert source.batch_count(corpus, 200, 7) == expected
    # Texts that are cut into windows have to be read to count these.
    assert source.batch_count(corpus, 48, 7) is None


def test_evaluate_prints_a_tighter_bound_and_a_baseline(
    finished_run, language_model_run, on_run
):
    flags = ["--first", 20, "--importance-samples", 5]
    more = [*flags, "--samples", 3, "--reconstructions", 5, "--by-place"]
    baseline = ["--yardstick", language_model_run]
    language_model = TrainedTextVAE.load(language_model_run)
    with loads(language_model_run, language_model):
        result = on_run("evaluate", *flags, *baseline, "--json")
        table = succeeds(on_run("evaluate", *more, *baseline)).out
    measures = json.loads(result.out)
    assert measures["texts"] == 20
    other = language_model.signatures
    assert other.z_size == 0
    corpus = open_corpus(RunFolder(finished_run).read_config().data)
    batches = corpus.evaluation("validation", other.length, 20).take(1)
    expected = mean_costs(other.model, batches)["reconstruction"]
    assert measures["yardstick"] == pytest.approx(expected, rel=1e-5)
    result = on_run("evaluate", "--yardstick", finished_run)
    refuses(result, "is not a language model", "--preset small-lm")
    assert measures["importance_weighted_nll"] < measures["negative_elbo"]
    for words in (
        *("importance-weighted NLL", "active units", "perplexity"),
        *("use of z: ", "90 % of the KL", "words of tweets/synthetic-200"),
        *("reconstructions keep", "language model   z saves", "1 to 10  "),
    ):
        assert words in table


@pytest.mark.parametrize(
    ("name", "flags", "words"),
    [
        ("evaluate", ["--first", 0], ["--first must be 1 or more"]),
        ("evaluate", ["--importance-samples", -1], ["--importance-samples"]),
        ("evaluate", ["--yardstick", "nowhere"], ["nowhere"]),
        ("vary", ["hello", "--points", 0], ["--points must be from 1 to"]),
        ("map", ["--to", "map.gif"], [".svg", "map.gif"]),
        (
            "attribute",
            ["hi", "--positive", "no.txt", "--negative", "no.txt"],
            ["no.txt", "does not exist"],
        ),
    ],
)
def test_invalid_flags_are_refused(name, flags, words, on_run):
    refuses(on_run(name, *flags), *words)
