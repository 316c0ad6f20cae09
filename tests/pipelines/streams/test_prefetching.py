import pytest

from pipelines.load import load


@pytest.mark.parametrize("dataset", ["ptb", "tweets/synthetic-200"])
def test_no_stream_waits_for_a_tuner(dataset, fake_downloads, data_dir):
    name, _, texts = dataset.partition("-")
    corpus = load(name, data_dir=data_dir, texts=int(texts) if texts else None)
    for stream in (
        corpus.training(7, 2, 0),
        corpus.evaluation("validation", 7, 2).take(3),
        corpus.texts("validation"),
    ):
        assert not stream.options().autotune.enabled
