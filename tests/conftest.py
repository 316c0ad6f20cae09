"""Settings, the data folder and the fake downloads of all tests."""

from pathlib import Path

import hypothesis
import pytest

# The first call of a TensorFlow function is slow; that is not an error.
hypothesis.settings.register_profile("tensorflow", deadline=None)
hypothesis.settings.load_profile("tensorflow")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """The folder in which the tests prepare their data once."""
    return tmp_path_factory.mktemp("data")


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
