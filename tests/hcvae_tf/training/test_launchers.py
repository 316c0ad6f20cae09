"""The launchers of docs/scaling.md make a TF_CONFIG that fit reads."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from hcvae_tf.fit import read_command
from hcvae_tf.training.cluster import Cluster, read_cluster

PAGE = Path(__file__).parents[3] / "docs" / "scaling.md"
HOSTS = ("a1", "a2", "a3", "a4")


def block(language):
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.S)
    return text


def ran(script, folder, **variables):
    """TF_CONFIG and the flags that the script would call fit with."""
    stubs = {
        "scontrol": "printf '%s\\n' " + " ".join(HOSTS),
        "srun": 'exec "$@"',
        "python": 'echo "$TF_CONFIG"; echo "$@"',
    }
    for name, text in stubs.items():
        (folder / name).write_text(f"#!/bin/bash\n{text}\n")
        (folder / name).chmod(0o755)
    script = script.replace(".venv/bin/python", "python")
    done = subprocess.run(
        ["bash", "-eu", "-c", script.replace("/shared/runs", str(folder))],
        env={**os.environ, "PATH": f"{folder}:/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def kubernetes():
    lines = block("yaml").split("- |\n")[1].split("\n          ports")[0]
    return re.sub("^ {14}", "", lines, flags=re.M)


@pytest.mark.parametrize("index", [0, 3])
@pytest.mark.parametrize("launcher", ["slurm", "kubernetes"])
def test_each_worker_learns_who_it_is(launcher, index, tmp_path, monkeypatch):
    script = block("bash") if launcher == "slurm" else kubernetes()
    config, flags = ran(
        script,
        tmp_path,
        SLURM_JOB_NODELIST="a[1-4]",
        SLURM_PROCID=str(index),
        JOB_COMPLETION_INDEX=str(index),
    )
    monkeypatch.setenv("TF_CONFIG", config)
    assert read_cluster("auto") == Cluster(4, index)
    assert all(f"{host}:2222" in config for host in HOSTS) == (
        launcher == "slurm"
    )
    module, *flags = flags.removeprefix("-m ").split()
    assert module == "hcvae_tf.fit"
    assert read_command(flags).settings.training.batch_size == 1024


def test_the_slurm_job_goes_on(tmp_path):
    (tmp_path / "tweets").mkdir()
    (tmp_path / "tweets" / "run.json").touch()
    _, flags = ran(
        block("bash"), tmp_path, SLURM_JOB_NODELIST="a", SLURM_PROCID="1"
    )
    assert flags == f"-m hcvae_tf.fit --resume {tmp_path}/tweets"
