"""The scripts of docs/scaling.md set a TF_CONFIG that fit can read."""

import os
import re
import subprocess

import pytest
from shared import code_blocks

from hcvae_tf.fit import read_command
from hcvae_tf.training.cluster import Cluster, read_cluster

HOSTS = ("a1", "a2", "a3", "a4")


def script_of(launcher):
    language = "bash" if launcher == "slurm" else "yaml"
    (text,) = code_blocks("docs/scaling.md", language)
    if launcher == "slurm":
        return text
    lines = text.split("- |\n")[1].split("\n          ports")[0]
    return re.sub("^ {14}", "", lines, flags=re.M)


def run_script(script, folder, **variables):
    """Returns TF_CONFIG and the flags with which the script calls fit."""
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


@pytest.mark.parametrize("index", [0, 3])
@pytest.mark.parametrize("launcher", ["slurm", "kubernetes"])
def test_each_worker_gets_its_index(launcher, index, tmp_path, monkeypatch):
    config, flags = run_script(
        script_of(launcher),
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


def test_a_restarted_slurm_job_resumes_the_run(tmp_path):
    (tmp_path / "tweets").mkdir()
    (tmp_path / "tweets" / "run.json").touch()
    variables = {"SLURM_JOB_NODELIST": "a", "SLURM_PROCID": "1"}
    _, flags = run_script(script_of("slurm"), tmp_path, **variables)
    assert flags == f"-m hcvae_tf.fit --resume {tmp_path}/tweets"
