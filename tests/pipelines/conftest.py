import pytest

from pipelines.load import load
from pipelines.preparation import build, sharding
from pipelines.streams import shuffling, text_corpus

LONG_TWEET = b"x" * 128


def tweet(number):
    """Returns a tweet; no two numbers have the same."""
    words = [b"bird", b"boat", b"lake", b"moon", b"rain"]
    picked = [words[number // 5**k % 5] for k in range(number % 9 + 1)]
    return b" ".join([b"%d" % number, *picked])


@pytest.fixture(scope="session")
def tweets_file(tmp_path_factory):
    """300 tweets, one of them not UTF-8, and four rows to be left out."""
    path = tmp_path_factory.mktemp("files") / "my tweets.tsv"
    rows = [b"up\t" + tweet(number) for number in range(299)]
    rows.insert(50, LONG_TWEET)
    rows.insert(60, b"")
    rows.insert(61, b"down\t  ")
    rows.insert(62, b"bad \xff byte @ann http://a.example")
    rows.append(b"no label, " + LONG_TWEET)
    path.write_bytes(b"\n".join(rows) + b"\n")
    return str(path)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """The folder of the datasets that the tests share."""
    return str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def prepared_tweets(data_dir, tweets_file):
    """`tweets_file` as a corpus in several shards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharding, "SHARD_BYTES", 3000)
        return load("tweets", data_file=tweets_file, data_dir=data_dir)


@pytest.fixture
def tweets(prepared_tweets, monkeypatch):
    """270 texts for training, 30 for validation; shuffled in many blocks."""
    monkeypatch.setattr(text_corpus, "BLOCK", 64)
    monkeypatch.setattr(shuffling, "RUN", 4)
    return prepared_tweets


@pytest.fixture
def no_network(monkeypatch):
    """Makes every connection fail at once."""

    def head(url, **_):
        raise build.requests.ConnectionError(url)

    monkeypatch.setattr(build.requests, "head", head)
