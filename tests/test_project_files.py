"""The files around the code: version, workflow, glossary."""

import re
import shlex
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())


def test_the_version_is_written_once():
    file = ROOT / PROJECT["tool"]["hatch"]["version"]["path"]
    assert re.findall(r'^__version__ = "[\d.]+"$', file.read_text(), re.M)
    assert PROJECT["project"]["dynamic"] == ["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert "version" not in citation


def test_the_workflow_begins_with_the_oldest_python():
    checks = WORKFLOW["jobs"]["checks"]
    oldest = checks["strategy"]["matrix"]["python"][0]
    assert PROJECT["project"]["requires-python"] == f">={oldest}"
    assert checks["steps"][-1] == {"run": ".ci/run"}


def test_the_weekly_run_has_no_upper_bounds(tmp_path):
    copy = tmp_path / "pyproject.toml"
    copy.write_text((ROOT / "pyproject.toml").read_text())
    (command,) = (
        step["run"]
        for step in WORKFLOW["jobs"]["checks"]["steps"]
        if "schedule" in step.get("if", "")
    )
    subprocess.run(shlex.split(command), cwd=tmp_path, check=True)
    project = tomllib.loads(copy.read_text())["project"]
    extras = project["optional-dependencies"].values()
    needed = [*chain(project["dependencies"], *extras)]
    assert not [each for each in needed if "<" in each]
    assert len(needed) > 20


def test_the_glossary_is_in_alphabetical_order():
    text = (ROOT / "docs/glossary.md").read_text()
    words = re.findall(r"^- \*\*(.+)\*\*: ", text, re.M)
    assert len(words) == text.count("\n- ")
    assert words == sorted(words, key=str.lower)
