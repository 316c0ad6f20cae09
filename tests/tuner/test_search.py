"""Complete searches whose trials train for a few steps."""

import contextlib
import io
import json
import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest
from shared import begin, call, command_line, free_addresses, log_of, refuses

from hcvae_tf.fit import read_command
from tuner import search as command
from tuner.plan import read_plan

pytestmark = pytest.mark.long

SPACE = [
    *("--dataset", "tweets/synthetic", "--texts", 200, "--length", 48),
    *("--z-size", 4, "--maps", 8, 8, "--feature-size", 8),
    *("--alpha", "0.1:1", "--decoder-units", "4:12", "--batch-size", 8),
    *("--kl-start", 2, "--kl-end", 6, "--validation-batches", 2),
    *("--precision", "float32", "--epochs", 2, "--steps-per-epoch", 4),
    *("--units", "characters"),
    *("--min-kl", 0),
]
SECONDS = re.compile(r"\| \d+ \|  \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def finished_search(tmp_path_factory, data_dir):
    """An uninterrupted search: folder, output, errors; do not change it."""
    folder = tmp_path_factory.mktemp("searches") / "complete"
    output, errors = io.StringIO(), io.StringIO()
    with (
        command_line("tuner.search", *search_flags(folder, data_dir)),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        assert command.main() == 0
    return folder, output.getvalue(), errors.getvalue()


def search_flags(folder, data_dir, trials=2, tuner="random"):
    return [
        *(*SPACE, "--data-dir", data_dir, "--to", folder),
        *("--trials", trials, "--tuner", tuner),
    ]


def wait_for(condition, process=None, seconds=200):
    """Waits until the condition is true, while the process is running."""
    deadline = time.monotonic() + seconds
    while not condition():
        if process:
            assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def training_processes(process):
    """Returns the ids of the child processes that train."""
    file = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [
        int(pid)
        for pid in file.read_text().split()
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def test_search_writes_table_chart_and_best_settings(finished_search):
    folder, output, errors = finished_search
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
    assert "2 of 2, about 0 min left" in errors
    assert f"wrote trials.md and trials.svg to {folder}\n" in errors
    # The best settings are those of the first row, and `fit` accepts them.
    best = read_command(["--config", str(folder / "best.json")]).settings
    assert f"{best.objective.alpha:.4g}" == rows[0][2].strip()


@pytest.mark.slow
def test_the_best_settings_repeat_their_trial(finished_search, tmp_path, capfd):
    folder, output, _ = finished_search
    flags = ["--config", folder / "best.json", "--run-dir", tmp_path / "run"]
    assert call(capfd, "hcvae_tf.fit", *flags).status == 0
    cost = float(log_of(tmp_path / "run")[-1]["val_negative_elbo"])
    best = output.splitlines()[2].split("|")
    assert cost == pytest.approx(float(best[4]), abs=0.005)


@pytest.mark.slow
def test_killed_search_is_resumed(finished_search, tmp_path, data_dir, capfd):
    folder = tmp_path / "killed"
    process = begin("tuner.search", *search_flags(folder, data_dir))
    second = folder / "runs" / "trial-1" / "checkpoints" / "last.keras"
    wait_for(second.exists, process)
    trials = [Path(f"/proc/{pid}") for pid in training_processes(process)]
    process.kill()
    process.communicate()
    # A trial must not continue without its search.
    wait_for(lambda: not any(each.exists() for each in trials), seconds=30)
    model = folder / "runs" / "trial-0" / "model.keras"
    modified = model.stat().st_mtime_ns
    resumed = call(capfd, "tuner.search", "--resume", folder)
    assert resumed.status == 0, resumed.err
    assert "trial 0 begins" not in resumed.err
    assert model.stat().st_mtime_ns == modified
    # Only the seconds may differ from an uninterrupted search.
    assert SECONDS.sub("", resumed.out) == SECONDS.sub("", finished_search[1])
    refuses(
        call(capfd, "tuner.search", "--resume", folder, "--alpha", "0.1:0.3"),
        "--trials",
    )


@pytest.mark.slow
def test_killed_trial_does_not_end_the_search(finished_search, tmp_path):
    """SIGKILL is what the system sends when memory runs out."""
    folder = shutil.copytree(finished_search[0], tmp_path / "search")
    process = begin("tuner.search", "--resume", folder, "--trials", 4)
    runs = folder / "runs"
    wait_for((runs / "trial-2" / "run.json").exists, process)
    (pid,) = training_processes(process)
    os.kill(pid, signal.SIGKILL)
    wait_for((runs / "trial-3" / "run.json").exists, process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=100)
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in errors
    assert re.findall(r"trial (\d+) begins", errors) == ["2", "3"]
    assert "trial 2: failed: killed by signal 9" in errors
    assert f"continue with: python -m tuner.search --resume {folder}" in errors
    table = (folder / "trials.md").read_text()
    assert "failed: killed by signal 9; perhaps out of memory" in table


class DistributedSearch:
    """A chief and workers; each can be started more than once."""

    def __init__(self, *flags):
        self.flags = flags
        self.running = {}
        (address,) = free_addresses(1)
        self.host, self.port = address.split(":")

    @contextlib.contextmanager
    def environment(self, name):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KERASTUNER_ORACLE_IP", self.host)
            patch.setenv("KERASTUNER_ORACLE_PORT", self.port)
            patch.setenv("KERASTUNER_TUNER_ID", name)
            yield

    def start(self, name):
        with self.environment(name):
            self.running[name] = begin("tuner.search", *self.flags)
        return self.running[name]

    def finish(self):
        return {
            name: (*process.communicate(timeout=300), process.returncode)
            for name, process in self.running.items()
        }


@pytest.mark.slow
def test_chief_and_two_workers_share_the_trials(tmp_path, data_dir, capfd):
    folder = tmp_path / "shared"
    flags = search_flags(folder, data_dir, tuner="bayesian")
    processes = DistributedSearch(*flags)
    for name in ("chief", "one", "two"):
        processes.start(name)
    with processes.environment("odd"):
        odd = call(capfd, "tuner.search", *flags, "--max-params", 10**6)
    refuses(odd, "the chief searches something else")
    ended = processes.finish()
    assert [status for _, _, status in ended.values()] == [0] * 3, ended
    rows = (folder / "trials.md").read_text().splitlines()[2:]
    assert {row.split("|")[1].strip(" *") for row in rows} == {"0", "1"}
    assert "failed" not in "".join(rows)
    begun = [
        re.findall(r"trial (\d) begins", ended[name][1])
        for name in ("one", "two")
    ]
    assert sorted(begun) == [["0"], ["1"]]
    assert "2 of 2" in ended["chief"][1]


@pytest.mark.slow
def test_killed_chief_is_resumed_with_its_workers(tmp_path, data_dir, capfd):
    """One process can then continue the search; failures are reported."""
    folder = tmp_path / "shared"
    rate = ["--learning-rate", "1e30:1e31"]
    processes = DistributedSearch(*search_flags(folder, data_dir), *rate)
    chief = processes.start("chief")
    processes.start("one")
    wait_for((folder / "runs" / "trial-0" / "run.json").exists, chief)
    chief.kill()
    chief.communicate()
    processes.flags = ("--resume", folder)
    processes.start("chief")
    ended = processes.finish()
    _, errors, status = ended["one"]
    assert status == 0, errors
    assert re.findall(r"trial (\d) begins", errors) == ["0", "1"]
    assert "trial 1 failed: the loss is not finite" in errors
    _, errors, status = ended["chief"]
    assert status == 2
    assert "no trial could be trained" in errors.splitlines()[-1]
    assert "not finite" in (folder / "trials.md").read_text()
    alone = call(capfd, "tuner.search", "--resume", folder, "--trials", 3)
    assert re.findall(r"trial (\d) begins", alone.err) == ["2"]


@pytest.mark.slow
def test_hyperband_trains_the_best_trial_longer(tmp_path, data_dir, capfd):
    folder = tmp_path / "hyperband"
    flags = search_flags(folder, data_dir, trials=4, tuner="hyperband")
    assert call(capfd, "tuner.search", *flags, "--epochs", 3).status == 0
    logs = [log_of(folder / "runs" / f"trial-{n}") for n in range(4)]
    assert [len(log) for log in logs] == [1, 1, 1, 3]
    best = min(logs[:3], key=lambda log: float(log[0]["val_negative_elbo"]))
    assert logs[3][:1] == best


def test_a_search_is_resumed_by_any_name_of_its_folder(finished_search):
    folder = finished_search[0]
    _, plan, resumed = command.read_command(["--resume", f"{folder}/"])
    assert resumed
    assert plan == read_plan(folder)


def test_a_search_whose_data_has_changed_is_refused(
    finished_search, tmp_path, capfd
):
    folder = tmp_path / "search"
    folder.mkdir()
    plan = json.loads((finished_search[0] / "search.json").read_text())
    plan["fingerprint"] = "of other texts"
    (folder / "search.json").write_text(json.dumps(plan))
    result = call(capfd, "tuner.search", "--resume", folder)
    refuses(result, "the data has changed", "new search")


def test_impossible_searches_are_refused(
    finished_search, data_dir, capfd, monkeypatch, tmp_path
):
    def refused(word, *flags):
        data = ["--dataset", "tweets/synthetic", "--data-dir", data_dir]
        refuses(call(capfd, "tuner.search", *data, *flags), word)

    refused("--trials", "--trials", 0)
    refused("--min-kl", "--min-kl", -1)
    refused("--max-params", "--max-params", 0)
    refused("--kl-end", "--kl-start", 50, "--kl-end", "10:100")
    refused("--resume", "--to", finished_search[0])
    (tmp_path / "searches").symlink_to(tmp_path / "nowhere")
    with monkeypatch.context() as patch:
        patch.chdir(tmp_path)
        refused("searches")
    refused("not a search", "--resume", data_dir)
    refused("--min-kl 0", "--preset", "small-lm")
    refused("unknown preset", "--preset", "large")
    refused("--to", "--to", Path(__file__) / "below")
    monkeypatch.setenv("KERASTUNER_ORACLE_IP", "127.0.0.1")
    refused("KERASTUNER_ORACLE_PORT")
    monkeypatch.setenv("KERASTUNER_ORACLE_PORT", "door")
    monkeypatch.setenv("KERASTUNER_TUNER_ID", "chief")
    refused("port number")
    monkeypatch.setenv("KERASTUNER_ORACLE_PORT", "8000")
    refused("--to")
