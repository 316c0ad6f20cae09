import subprocess
import sys

import pytest
from corpus_helpers import user_error

from pipelines import registry


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one\n")
    return str(path)


@pytest.mark.parametrize("dataset", sorted(set(registry.NAMES) - {"lines"}))
def test_only_lines_requires_a_file(dataset):
    registry.check(dataset)


@pytest.mark.parametrize("dataset", ["tweets", "lines"])
def test_files_are_accepted(dataset, file):
    registry.check(dataset, file)


@pytest.mark.parametrize(
    ("dataset", "with_file", "texts", "message"),
    [
        ("imdb", False, None, "choose one of ptb, tweets, "),
        ("", False, None, "unknown dataset"),
        ("lines", False, None, "add `data_file`"),
        ("ptb", True, None, "takes no file"),
        ("tweets/synthetic", True, None, "takes no file"),
        ("tweets/sentiment140", True, None, "takes no file"),
        ("ptb", False, 100, "a fixed number of texts"),
        ("tweets", True, 100, "a fixed number of texts"),
        ("tweets/synthetic", False, 9, "must be 10 or more"),
    ],
)
def test_impossible_arguments_are_refused(
    file, dataset, with_file, texts, message
):
    with user_error(message):
        registry.check(dataset, file if with_file else None, texts)


def test_missing_file_is_refused(tmp_path):
    with user_error("does not exist"):
        registry.check("tweets", str(tmp_path / "a.txt"))


def test_registry_imports_no_slow_libraries(file):
    code = (
        "import sys, pipelines.registry, pipelines.prepare\n"
        "pipelines.registry.check('ptb')\n"
        f"pipelines.registry.check('lines', {file[:-5]!r} + '*.txt', beam='')\n"
        "slow = {'tensorflow', 'tensorflow_datasets', 'keras', 'numpy',"
        " 'apache_beam'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    output = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert output.strip() == "[]"
