"""Settings, the data folder and the fake downloads of all tests."""

import gc
import os
from pathlib import Path

import filelock
import hypothesis
import pytest

# Each of two processes has a core of its own; more threads get in their way.
for kind in ("INTRAOP", "INTEROP"):
    os.environ.setdefault(f"TF_NUM_{kind}_THREADS", "1")
# Python would search the millions of objects of TensorFlow's graphs too often.
gc.set_threshold(50_000, 20, 50)

# The first call of a TensorFlow function is slow; that is not an error.
hypothesis.settings.register_profile("tensorflow", deadline=None)
hypothesis.settings.load_profile("tensorflow")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Lets long files begin first, so that no process waits for one."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True, scope="module")
def frozen():
    """Spares Python the search through what earlier files have left.

    Of that, the system may have moved much out of memory.
    """
    yield
    gc.freeze()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Returns a function that makes a folder, once for all processes.

    Its arguments are a name and a function that makes a folder of this path.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def folder(name, make):
        folder, made = shared / name, shared / f"{name}.made"
        with filelock.FileLock(shared / f"{name}.lock"):
            if not made.exists():
                make(folder)
                made.touch()
        return folder

    return folder


@pytest.fixture(scope="session")
def data_dir(made_once):
    """The folder in which the tests prepare their data once."""
    return made_once("data", Path.mkdir)


@pytest.fixture
def fake_downloads(monkeypatch):
    """Makes every download return files of the builders' `dummy_data`."""
    package = Path(__file__).parents[1] / "pipelines"

    def download(manager, urls):
        if isinstance(urls, dict):
            return {key: download(manager, url) for key, url in urls.items()}
        (path,) = package.glob(f"*/dummy_data/{Path(urls).name}")
        return path

    monkeypatch.setattr(
        "tensorflow_datasets.download.DownloadManager.download", download
    )
    monkeypatch.setattr(
        "pipelines.preparation.build.check_reachable", lambda *_: None
    )
