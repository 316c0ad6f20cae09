"""Whole searches, each trial a real training of some steps."""

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest
from shared import begin, call, free_addresses, log_of, refuses

SPACE = [
    *("--dataset", "tweets/synthetic", "--texts", 200, "--length", 48),
    *("--z-size", 4, "--maps", 8, 8, "--feature-size", 8),
    *("--alpha", "0.1:1", "--decoder-units", "4:12", "--batch-size", 8),
    *("--kl-start", 2, "--kl-end", 6, "--validation-batches", 2),
    *("--precision", "float32", "--epochs", 2, "--steps-per-epoch", 4),
    *("--min-kl", 0),
]
TIMES = re.compile(r"\| \d+ \|  \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def searched(tmp_path_factory, data_dir):
    """A search that nothing disturbs; do not change it."""
    folder = tmp_path_factory.mktemp("searches") / "whole"
    process = search(folder, data_dir)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return folder, output, errors


def search(folder, data_dir, *flags, trials=2, tuner="random"):
    return begin(
        "tuner.search",
        *(*SPACE, "--data-dir", data_dir, "--to", folder),
        *("--trials", trials, "--tuner", tuner, *flags),
    )


def wait_for(condition, process):
    deadline = time.monotonic() + 200
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(process):
    file = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(number) for number in file.read_text().split()]


def is_training(number):
    line = Path(f"/proc/{number}/cmdline").read_bytes()
    return b"spawn_main" in line


def test_a_search_leaves_table_chart_and_best(searched, tmp_path):
    folder, output, told = searched
    assert (folder / "trials.md").read_text() == output
    assert (folder / "trials.svg").stat().st_size > 1000
    rows = [line.split("|") for line in output.splitlines()[2:]]
    assert sorted(row[1].strip(" *") for row in rows) == ["0", "1"]
    costs = [float(row[4]) for row in rows]
    assert costs == sorted(costs)
    for row in rows:
        run = folder / "runs" / f"trial-{row[1].strip(' *')}"
        config = json.loads((run / "config.json").read_text())
        assert f"{config['objective']['alpha']:.4g}" == row[2].strip()
        assert config["model"]["decoder_units"] == int(row[3])
        last = log_of(run)[-1]
        assert float(last["val_negative_elbo"]) == pytest.approx(
            float(row[4]), abs=0.005
        )
        assert float(last["val_kl"]) == pytest.approx(float(row[5]), abs=0.005)
    assert "2 of 2, about 0 min left" in told
    # The best settings are those of the first row, and fit takes them.
    best = json.loads((folder / "best.json").read_text())
    assert f"{best['objective']['alpha']:.4g}" == rows[0][2].strip()
    flags = ["--config", folder / "best.json", "--run-dir", tmp_path / "run"]
    trained = begin("hcvae_tf.fit", *flags)
    _, errors = trained.communicate()
    assert trained.returncode == 0, errors
    costs = float(log_of(tmp_path / "run")[-1]["val_negative_elbo"])
    assert costs == pytest.approx(float(rows[0][4]), abs=0.005)


def test_a_killed_search_goes_on_where_it_was(
    searched, tmp_path, data_dir, capfd
):
    folder = tmp_path / "killed"
    process = search(folder, data_dir)
    second = folder / "runs" / "trial-1" / "checkpoints" / "last.keras"
    wait_for(second.exists, process)
    training = [pid for pid in children(process) if is_training(pid)]
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    # The training of the search must not go on alone.
    while any(Path(f"/proc/{pid}").exists() for pid in training):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    first = (folder / "runs" / "trial-0" / "model.keras").stat().st_mtime_ns
    resumed = call(capfd, "tuner.search", "--resume", folder)
    assert resumed.status == 0, resumed.err
    assert "trial 0 begins" not in resumed.err
    model = folder / "runs" / "trial-0" / "model.keras"
    assert model.stat().st_mtime_ns == first
    # All but the seconds is as if nothing had happened.
    assert TIMES.sub("", resumed.out) == TIMES.sub("", searched[1])
    more = call(capfd, "tuner.search", "--resume", folder, "--trials", 3)
    assert re.findall(r"trial (\d+) begins", more.err) == ["2"]
    refuses(
        call(capfd, "tuner.search", "--resume", folder, "--alpha", "0.1:0.3"),
        "--trials",
    )


def test_a_killed_trial_fails_alone(tmp_path, data_dir):
    """As when memory runs out; Ctrl-C and SIGTERM are told to the trial."""
    folder = tmp_path / "search"
    process = search(folder, data_dir)
    runs = folder / "runs"
    wait_for((runs / "trial-0" / "run.json").exists, process)
    (training,) = filter(is_training, children(process))
    os.kill(training, signal.SIGKILL)
    wait_for((runs / "trial-1" / "run.json").exists, process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=100)
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in errors
    assert "trial 0: failed: killed by signal 9" in errors
    assert f"go on with: python -m tuner.search --resume {folder}" in errors
    table = (folder / "trials.md").read_text()
    assert "failed: killed by signal 9; perhaps out of memory" in table


class Processes:
    """A chief and workers; each is started as often as it is asked for."""

    def __init__(self, *flags):
        self.flags = flags
        self.running = {}
        (address,) = free_addresses(1)
        self.host, self.port = address.split(":")

    def start(self, name, *flags):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KERASTUNER_ORACLE_IP", self.host)
            patch.setenv("KERASTUNER_ORACLE_PORT", self.port)
            patch.setenv("KERASTUNER_TUNER_ID", name)
            process = begin("tuner.search", *self.flags, *flags)
        self.running[name] = process
        return process

    def finish(self):
        return {
            name: (*process.communicate(timeout=300), process.returncode)
            for name, process in self.running.items()
        }


def test_a_chief_and_two_workers_share_the_trials(tmp_path, data_dir):
    folder = tmp_path / "shared"
    place = ["--data-dir", data_dir, "--to", folder, "--trials", 4]
    processes = Processes(*SPACE, *place, "--tuner", "bayesian")
    for name in ("chief", "one", "two"):
        processes.start(name)
    processes.start("odd", "--max-params", 10**6)
    ended = processes.finish()
    _, errors, state = ended.pop("odd")
    assert state == 2
    assert errors.splitlines()[-1].startswith("error: the chief searches some")
    assert [state for _, _, state in ended.values()] == [0] * 3, ended
    rows = (folder / "trials.md").read_text().splitlines()[2:]
    names = {str(number) for number in range(4)}
    assert {row.split("|")[1].strip(" *") for row in rows} == names
    assert "failed" not in "".join(rows)
    begun = [
        re.findall(r"trial (\d) begins", ended[name][1])
        for name in ("one", "two")
    ]
    assert all(begun)
    assert sorted(begun[0] + begun[1]) == sorted(names)
    assert "4 of 4" in ended["chief"][1]


@pytest.mark.slow
def test_a_killed_chief_takes_its_workers_back(tmp_path, data_dir, capfd):
    """And what it began can be gone on with alone; a failure is told."""
    folder = tmp_path / "shared"
    place = ["--data-dir", data_dir, "--to", folder, "--trials", 2]
    rate = ["--learning-rate", "1e30:1e31"]
    processes = Processes(*SPACE, *place, *rate, "--tuner", "random")
    chief = processes.start("chief")
    processes.start("one")
    wait_for((folder / "runs" / "trial-0" / "run.json").exists, chief)
    chief.kill()
    chief.communicate()
    processes.flags = ("--resume", folder)
    processes.start("chief")
    ended = processes.finish()
    _, errors, state = ended["one"]
    assert state == 0, errors
    assert re.findall(r"trial (\d) begins", errors) == ["0", "1"]
    assert "trial 1 failed: the loss is not finite" in errors
    _, errors, state = ended["chief"]
    assert state == 2
    assert "no trial could be trained" in errors.splitlines()[-1]
    assert "not finite" in (folder / "trials.md").read_text()
    alone = call(capfd, "tuner.search", "--resume", folder, "--trials", 3)
    assert re.findall(r"trial (\d) begins", alone.err) == ["2"]


@pytest.mark.slow
def test_hyperband_trains_the_best_on(tmp_path, data_dir):
    folder = tmp_path / "hyperband"
    process = search(
        folder, data_dir, "--epochs", 3, trials=4, tuner="hyperband"
    )
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    logs = [log_of(folder / "runs" / f"trial-{n}") for n in range(4)]
    assert [len(log) for log in logs] == [1, 1, 1, 3]
    best = min(logs[:3], key=lambda log: float(log[0]["val_negative_elbo"]))
    assert logs[3][:1] == best


def test_bad_searches_are_refused(searched, data_dir, capfd, monkeypatch):
    def refused(word, *flags):
        place = ["--dataset", "tweets/synthetic", "--data-dir", data_dir]
        refuses(call(capfd, "tuner.search", *place, *flags), word)

    refused("--trials", "--trials", 0)
    refused("--min-kl", "--min-kl", -1)
    refused("--max-params", "--max-params", 0)
    refused("--kl-end", "--kl-start", 50, "--kl-end", "10:100")
    refused("--resume", "--to", searched[0])
    refused("no search", "--resume", data_dir)
    refused("--min-kl 0", "--preset", "small-lm")
    refused("unknown preset", "--preset", "large")
    refused("--to", "--to", Path(__file__) / "below")
    monkeypatch.setenv("KERASTUNER_ORACLE_IP", "127.0.0.1")
    refused("KERASTUNER_ORACLE_PORT")
    monkeypatch.setenv("KERASTUNER_ORACLE_PORT", "door")
    monkeypatch.setenv("KERASTUNER_TUNER_ID", "chief")
    refused("number of a port")
    monkeypatch.setenv("KERASTUNER_ORACLE_PORT", "8000")
    refused("--to")
