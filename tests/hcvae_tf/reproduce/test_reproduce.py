"""The command `hcvae_tf.reproduce`, and the verdicts on made-up records."""

import contextlib
import dataclasses
import importlib
import io
import json
import shutil
import signal

import pytest
from drawings import Drawing, assert_draws, assert_readable
from json_variants import variants
from shared import ROOT, begin, call, command_line, refuses

from hcvae_tf.models.build import build_model
from hcvae_tf.models.config import DataConfig
from hcvae_tf.reproduce import (
    ablations,
    figure3,
    figure4,
    figure5,
    figure6,
    samples,
    table1,
    table3,
)
from hcvae_tf.reproduce.__main__ import target_modules
from hcvae_tf.reproduce.record import (
    Locations,
    make_record,
    read_record,
    write_record,
)
from hcvae_tf.reproduce.results import Results
from hcvae_tf.reproduce.scale import SCALES
from hcvae_tf.training.corpus import open_corpus
from pipelines.errors import UserError
from pipelines.vocabulary import Vocabulary

pytestmark = pytest.mark.long

COMMAND = "hcvae_tf.reproduce.__main__"


@pytest.fixture(scope="module")
def output(tmp_path_factory, data_dir):
    """Output folder and flags that the tests of this file share."""
    folder = tmp_path_factory.mktemp("reproduce")
    return folder, [
        *("--scale", "smoke", "--data-dir", data_dir),
        *("--to", folder, "--runs-dir", folder / "runs"),
    ]


@pytest.fixture(scope="module")
def figure(output):
    """What the command printed for a figure: its page is in the folder."""
    _, flags = output
    only = ["--only", "hybrid", "--seeds", 2]
    printed = io.StringIO()
    with (
        command_line(COMMAND, "figure4", *flags, *only),
        contextlib.redirect_stdout(printed),
    ):
        assert importlib.import_module(COMMAND).main() == 0
    return printed.getvalue()


def records(folder):
    return {
        file.stem: json.loads(file.read_text())
        for file in (folder / "results/records").glob("*.json")
    }


def test_a_figure_is_trained_recorded_and_drawn(output, figure):
    folder, _ = output
    assert figure.strip() == str(folder / "results.md")
    name = "ptb-T12-hybrid-alpha0.2"
    assert set(records(folder)) >= {name, f"{name}-seed1"}
    record = records(folder)[f"{name}-seed1"]
    assert (record["seed"], record["steps"]) == (1, 6)
    assert record["config"]["training"]["seed"] == 1
    assert record["dataset"]["fingerprint"]
    assert len(record["curves"]) == 2
    costs = record["costs"]
    page = (folder / "results.md").read_text()
    assert "Not run: ptb-T12-lstm-vae-p0.2" in page
    assert "</svg>" in (folder / "results/figure4.svg").read_text()
    # The page shows the mean of the two seeds.
    other = records(folder)[name]["costs"]
    mean = (costs["bits_per_char"] + other["bits_per_char"]) / 2
    assert f"| {mean:.2f} ± " in page


@pytest.mark.usefixtures("figure")
def test_the_page_is_drawn_again_from_the_records_alone(output, capfd):
    folder, flags = output
    files = [folder / "results.md", folder / "results/figure4.svg"]
    before = [file.read_text() for file in files]
    (folder / "runs").rename(folder / "moved")
    for file in files:
        file.unlink()
    result = call(capfd, COMMAND, "all", *flags, "--draw")
    (folder / "moved").rename(folder / "runs")
    assert result.status == 0, result.err
    assert [file.read_text() for file in files] == before


@pytest.mark.usefixtures("figure")
def test_a_finished_run_is_not_repeated(output, capfd):
    folder, flags = output
    before = records(folder)
    only = ["--only", "hybrid"]
    result = call(capfd, COMMAND, "figure4", *flags, *only)
    assert result.status == 0
    assert "hybrid" not in result.err
    assert records(folder) == before


@pytest.mark.slow
def test_a_stopped_target_is_resumed_by_the_same_command(output, capfd):
    folder, flags = output
    run = "tweets-lstm-vae-p0.2"
    only = ["table3", *flags, "--only", run, "p0.5"]
    process = begin("hcvae_tf.reproduce", *only)
    for line in process.stderr:
        if line.split()[:1] == ["1/2"]:
            process.send_signal(signal.SIGINT)
            break
    rest = process.communicate(timeout=300)[1]
    assert process.returncode == 130, rest
    assert "run the same command to go on" in rest
    assert run not in records(folder)
    result = call(capfd, COMMAND, *only)
    assert result.status == 0, result.err
    record = records(folder)[run]
    assert [row["step"] for row in record["curves"]] == [3, 6]
    for measure in ("distinct", "self_bleu", "fluency"):
        assert measure in record["texts"]
    assert record["importance"]["importance_weighted_nll"] > 0


@pytest.mark.usefixtures("figure")
def test_a_record_with_other_settings_or_damage_is_refused(output, capfd):
    folder, flags = output
    name = "ptb-T12-hybrid-alpha0.2"
    file = folder / f"results/records/{name}.json"
    text = file.read_text()
    file.write_text(text.replace('"alpha": 0.2', '"alpha": 0.3'))
    only = [*flags, "--only", name]
    result = call(capfd, COMMAND, "figure4", *only)
    refuses(result, name, "other settings")
    file.write_text(text[:50])
    refuses(call(capfd, COMMAND, "figure4", *only), "damaged")
    file.write_text(text)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["figure9"], ["figure9"]),
        (["figure4", "--seeds", "0"], ["--seeds must be 1 or more"]),
        (["figure4", "--scale", "huge"], ["--scale"]),
        (["table3", "--tweets-file", "no.tsv"], ["no.tsv"]),
        (["figure4", "--only", "nothing"], ["nothing"]),
        (["all", "--only", "nothing"], ["nothing"]),
    ],
)
def test_invalid_flags_are_refused(flags, words, output, capfd):
    _, common = output
    given = common if "--scale" not in flags else common[2:]
    refuses(call(capfd, COMMAND, *flags, *given), *words)


def test_there_is_nothing_to_draw_without_records(tmp_path, capfd):
    result = call(capfd, COMMAND, "all", "--draw", "--to", tmp_path)
    refuses(result, "no records in", "--draw", "--to")
    assert not any(tmp_path.iterdir())


def test_records_of_earlier_versions_have_the_settings_of_today():
    """So the command of the page goes on with them."""
    place = Locations(ROOT, ROOT / "docs" / "results" / "records")
    scale = SCALES["small"]()
    found = {
        run.name
        for module in target_modules().values()
        for run in module.experiments(scale)
        if read_record(place, run.name, run.config)
    }
    assert len(found) > 70


def test_records_of_other_tweets_are_not_taken_for_those_of_the_file(tmp_path):
    file, other = tmp_path / "mine.txt", tmp_path / "other.txt"
    for each in (file, other):
        each.write_text("".join(f"{each.stem} {n}\n" for n in range(40)))
    data = DataConfig(data_file=str(file), data_dir=str(tmp_path))
    place = Locations(tmp_path / "runs", tmp_path / "records", data)
    scale = SCALES["small"]()
    run = table3.experiments(scale)[0]
    assert run.config.data.dataset == "tweets"
    record = {
        **{"experiment": run.name, "seed": 0, "commit": "1", "texts": {}},
        **{"config": run.config.to_dict(), "precision": "float32"},
        "dataset": {**open_corpus(data).record, "version": "1"},
    }
    write_record(place, run.name, record)
    make_record(run, 0, scale, place)
    data = dataclasses.replace(data, data_file=str(other))
    place = dataclasses.replace(place, data=data)
    with pytest.raises(UserError, match=r"other texts.*`tweets_file`"):
        make_record(run, 0, scale, place)
    assert not place.runs.exists()


@pytest.mark.slow
def test_all_targets_are_trained_and_drawn(tmp_path, data_dir, capfd):
    flags = ["--scale", "smoke", "--data-dir", data_dir, "--to", tmp_path]
    runs = ["--runs-dir", tmp_path / "runs"]
    result = call(capfd, COMMAND, "all", *flags, *runs)
    assert result.status == 0, result.err
    page = (tmp_path / "results.md").read_text()
    assert "Not run" not in page


@pytest.mark.parametrize("name", ["paper", "small"])
def test_compared_autoencoders_have_the_same_size(name):
    scale = SCALES[name]()
    vocabulary = Vocabulary(bytes(range(50)))
    conv, lstm = (
        build_model(run.config, vocabulary).count_params()
        for run in figure3.experiments(scale)[-2:]
    )
    assert lstm == pytest.approx(conv, rel=0.01)


@pytest.mark.parametrize("name", SCALES)
def test_runs_with_equal_names_have_equal_settings(name):
    seen = {}
    modules = (figure4, figure5, figure6, table3, table1, samples, ablations)
    for module in modules:
        for run in module.experiments(SCALES[name]()):
            assert seen.setdefault(run.name, run.config) == run.config


def test_compared_models_have_the_same_training_settings():
    for name in ("small", "smoke"):
        for module in (figure4, figure6, table3):
            runs = module.experiments(SCALES[name]())
            assert len({run.config.training for run in runs}) == 1
            assert len({run.config.objective.kl_end for run in runs}) == 1


def complete_record(run, number):
    """Returns a made-up record with all measures that a figure may show."""
    config = json.loads(run.config.to_json())
    config["data"]["length"] = config["data"]["length"] or 128
    steps = [100, 200, 300]
    measures = {
        "distinct": 0.5 + number / 1_000,
        **{"distinct_4grams": 0.1, "self_bleu": 0.2, "fluency": 2.0},
        **{"length_mean": 40.0, "length_deviation": 9.0 + number},
        **{"greedy": ["one", "two"], "drawn": ["three"]},
        "interpolation": ["a", "b\nc"],
    }
    return {
        "experiment": run.name,
        **{"seed": 0, "config": config, "precision": "float32"},
        **{"parameters": 1_000, "steps": 300, "seconds": 60.0},
        "dataset": {
            **{"name": "made-up", "fingerprint": "0123456789abcdef"},
            "counts": {"read": 10, "kept": 10},
        },
        **{"commit": "abc", "machine": "none"},
        "costs": {
            **{"negative_elbo": 90.0 + number, "kl": 5.0 + number},
            **{"reconstruction": 85.0, "bits_per_char": 2 + number / 100},
        },
        "latent": {"active_units": number, "mutual_information": 1.0},
        "importance": {"importance_weighted_bits_per_char": 1.9},
        "texts": measures,
        "seconds_per_step": {"hybrid": 0.1, "LSTM VAE": 0.2},
        "curves": [{"step": n, "val_reconstruction": 9.0} for n in steps],
    }


@pytest.mark.parametrize("name", ["small", "smoke"])
def test_every_target_is_drawn_from_records(name, tmp_path, capfd):
    targets = importlib.import_module(COMMAND).target_modules()
    folder = tmp_path / "results/records"
    folder.mkdir(parents=True)
    number = 0
    for module in targets.values():
        for run in module.experiments(SCALES[name]()):
            number += 1
            text = json.dumps(complete_record(run, number))
            (folder / f"{run.name}.json").write_text(text)
    (tmp_path / "results/notes.md").write_text("By hand.\n")
    flags = ["--draw", "--scale", name, "--to", tmp_path]
    result = call(capfd, COMMAND, "all", *flags)
    assert result.status == 0, result.err
    page = (tmp_path / "results.md").read_text()
    assert "was not run" not in page
    assert "Not run" not in page
    assert "By hand." in page
    for target in targets:
        assert f"hcvae_tf.reproduce {target} " in page
    drawn = {file.stem for file in (tmp_path / "results").glob("*.svg")}
    figures = {target for target in targets if target.startswith("figure")}
    assert drawn == figures | {"speed", "past"}
    for file in drawn:
        drawing = Drawing(tmp_path / f"results/{file}.svg")
        assert_readable(drawing)
        for curves, dots in zip(drawing.curves, drawing.dots, strict=True):
            assert curves or dots
    # A line break in a text is escaped.
    assert "    b\\nc\n" in page


def test_a_chart_shows_the_numbers_of_the_records(tmp_path, capfd):
    folder = tmp_path / "results/records"
    folder.mkdir(parents=True)
    scale = SCALES["small"]()
    lines = {}
    for number, run in enumerate(figure4.experiments(scale)):
        record = complete_record(run, number)
        costs = record["costs"]
        if "p0.5" in run.name:
            costs["kl"] = 0.0
        (folder / f"{run.name}.json").write_text(json.dumps(record))
        length, bits = (
            record["config"]["data"]["length"],
            costs["bits_per_char"],
        )
        kl_bits = bits * costs["kl"] / costs["negative_elbo"]
        model = run.name.partition(f"T{length}-")[2]
        lines.setdefault(model, []).append((length, bits, kl_bits))
    flags = ["--draw", "--scale", "small", "--to", tmp_path]
    assert call(capfd, COMMAND, "figure4", *flags).status == 0
    drawing = Drawing(tmp_path / "results/figure4.svg")
    x, y = [], []
    for rows in lines.values():
        lengths, *measures = zip(*sorted(rows), strict=True)
        for measure in measures:
            x.append(lengths)
            y.append(measure)
    (curves,) = drawing.curves
    assert_draws(curves, x, y)
    # What is 0 is seen whole, above the line of the axis.
    bottom = drawing.frames[0][:, 1].max()
    assert max(points[:, 1].max() for _, points in curves) < bottom - 2
    # The KL of a model has the colour of its cost.
    colours = [colour for colour, _ in curves]
    assert colours[::2] == colours[1::2]
    assert len(set(colours)) == len(lines)
    assert "bits per character" in drawing.texts
    assert drawing.legend[:2] == ["total cost", "its KL"]
    assert drawing.legend[2].startswith("hybrid")


def made_up_results(folder, costs):
    """Returns results with only these (negative ELBO, KL)."""
    for name, (negative_elbo, kl) in costs.items():
        record = {
            "experiment": name,
            "costs": {
                "negative_elbo": negative_elbo,
                "reconstruction": negative_elbo - kl,
                "kl": kl,
                "bits_per_char": negative_elbo / 50,
            },
        }
        record |= {"seed": 0, "config": {}, "commit": "abc"}
        record |= {"precision": "float32", "machine": "none"}
        (folder / f"{name}.json").write_text(json.dumps(record))
    return Results(Locations(runs=folder, records=folder))


def verdicts_on(folder, module, costs):
    """Returns a target's verdicts on made-up (negative ELBO, KL)."""
    results = made_up_results(folder, costs)
    claims = module.claims(results, SCALES["small"]())
    return [claim.verdict for claim in claims]


def test_the_claims_of_figure_5_follow_the_records(tmp_path):
    def verdicts(annealed, constant, costs):
        values = {}
        for alpha, a, c, cost in zip(
            SCALES["small"]().alphas, annealed, constant, costs, strict=True
        ):
            name = f"ptb-T52-hybrid-alpha{alpha}"
            values |= {name: (cost, a), f"{name}-constant": (cost, c)}
        return verdicts_on(tmp_path, figure5, values)

    rising = [5, 10, 15, 20, 25, 30]
    late = [0, 0, 0, 2, 5, 9]
    level = [100, 101, 102, 103, 104, 105]
    assert verdicts(rising, late, level) == ["holds"] * 4
    assert verdicts(rising[::-1], [0] * 6, level[::-1]) == [
        *["does not hold"] * 3,
        "holds",
    ]
    assert verdicts(rising, rising, level)[3] == "not shown at this scale"


def test_the_claims_of_figure_6_follow_the_records(tmp_path):
    def verdicts(kls):
        values = {
            f"ptb-T56-bytenet{n}-alpha{alpha}": (100.0, value)
            for alpha, row in kls.items()
            for n, value in zip(SCALES["small"]().layers, row, strict=True)
        }
        return verdicts_on(tmp_path, figure6, values)

    high, higher = [9, 8, 7, 6], [19, 18, 17, 16]
    assert verdicts({0.0: [9, 4, 0, 0], 0.2: high, 0.5: higher}) == (
        ["holds"] * 3
    )
    assert verdicts({0.0: high, 0.2: [9, 8, 0, 0], 0.5: high}) == (
        ["does not hold"] * 3
    )
    # If no model uses z, nothing can be said about the receptive field.
    collapsed = verdicts({0.0: [0, 0, 0, 0], 0.2: high, 0.5: higher})
    assert collapsed[0] == "not shown at this scale"


@pytest.mark.parametrize(
    ("lstm", "hybrid", "verdicts"),
    [
        # As in the paper.
        (
            {12: 9.0, 24: 5.0, 36: 2.0, 48: 0.1, 60: 0.0},
            {12: 8.0, 24: 16.0, 36: 24.0, 48: 32.0, 60: 40.0},
            ["holds"] * 5,
        ),
        # No collapse, and a hybrid whose KL does not grow.
        (
            {12: 2.0, 24: 4.0, 36: 6.0, 48: 8.0, 60: 10.0},
            {12: 16.0, 24: 8.0, 36: 8.0, 48: 8.0, 60: 8.0},
            ["does not hold"] * 5,
        ),
    ],
)
def test_the_claims_of_figure_4_follow_the_records(
    lstm, hybrid, verdicts, tmp_path
):
    costs = {}
    for length in SCALES["small"]().lengths:
        costs |= {
            f"ptb-T{length}-hybrid-alpha0.2": (2.0 * length, hybrid[length]),
            f"ptb-T{length}-lstm-vae-p0.2": (2.0 * length, lstm[length]),
            f"ptb-T{length}-lstm-vae-p0.5": (2.0 * length, lstm[length]),
        }
    assert verdicts_on(tmp_path, figure4, costs) == verdicts


def test_a_claim_without_records_is_reported_as_not_run(tmp_path):
    claims = figure4.claims(made_up_results(tmp_path, {}), SCALES["small"]())
    assert {claim.verdict for claim in claims} == {"not shown at this scale"}
    assert "was not run" in claims[0].figures


@pytest.mark.parametrize(
    ("hybrid", "verdicts"),
    [
        ((70.0, 12.0), ["holds", "holds", "holds", "holds"]),
        ((120.0, 3.0), [*["does not hold"] * 3, "holds"]),
    ],
)
def test_the_claims_of_table_3_follow_the_records(hybrid, verdicts, tmp_path):
    costs = {
        "tweets-lstm-vae-p0.2": (68.4, 1.0),
        "tweets-lstm-vae-p0.5": (79.2, 2.1),
        "tweets-lstm-vae-p0.8": (97.5, 3.8),
        "tweets-hybrid-alpha0.2": hybrid,
    }
    assert verdicts_on(tmp_path, table3, costs) == verdicts


def test_a_missing_measure_is_shown_as_a_dash(tmp_path):
    results = made_up_results(
        tmp_path, {"ptb-T60-hybrid-alpha0.2": (90.0, 20.0)}
    )
    page = ablations.write(results, SCALES["small"](), tmp_path)
    # The record has its cost, but not the tighter bound.
    assert "| none | 0.2 | 1.800 | - | 20.0 | - |" in page


@pytest.mark.usefixtures("figure")
def test_a_damaged_record_is_refused_or_drawn(output, tmp_path):
    records_folder = tmp_path / "records"
    shutil.copytree(output[0] / "results/records", records_folder)
    file = records_folder / "ptb-T12-hybrid-alpha0.2.json"
    record = json.loads(file.read_text())
    # Neither is read when a page is drawn.
    record |= {"config": {}, "curves": record["curves"][:1]}
    results, refused = [], 0
    for text in variants(json.dumps(record)):
        file.write_text(text)
        try:
            results.append(Results(Locations(tmp_path, records_folder)))
        except UserError as error:
            refused += "\n" not in str(error)
    scale = SCALES["smoke"]()
    for found in results:
        figure4.claims(found, scale)
    assert refused > len(results) > 0
