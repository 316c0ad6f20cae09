"""Notes about a training that is likely to be a mistake."""

from collections.abc import Iterator

from hcvae_tf.models.config import Config
from hcvae_tf.training.passes import passes
from pipelines.streams.corpus import Corpus

# A model may learn texts that are read more often than this.
_MOST_PASSES = 20


def notes(config: Config, corpus: Corpus) -> Iterator[str]:
    """Yields a line for each likely mistake, and what to do about it."""
    objective, training = config.objective, config.training
    if objective.kl_grows and objective.kl_full > training.steps:
        yield (
            f"the KL weight is 1 from step {objective.kl_full:,.0f} on, "
            f"but training ends at step {training.steps:,}: until then z costs "
            "too little; train longer, or give shares of the training, for "
            "example --kl-start 0.25 --kl-end 0.75"
        )
    if objective.kl == "none":
        for flag, value in (
            ("--min-rate", objective.min_rate),
            ("--free-bits", objective.free_bits),
        ):
            if value:
                yield f"{flag} has no effect, because --kl none has no KL term"
    times = passes(config, corpus)
    if times > _MOST_PASSES:
        texts = corpus.texts_per_pass(config.data.length)
        yield (
            f"each of the {texts:,.0f} training texts is read {times:.0f} "
            "times, so the model may learn them by heart; what helps: "
            f"{against_learning_by_heart(config)}"
        )


def against_learning_by_heart(config: Config) -> str:
    """Returns what helps against a model that learns its texts by heart."""
    ways = ["more texts", "a shorter training (--minutes, --epochs)"]
    ways += more_word_dropout(config)
    # The bundled model reads subwords.
    data = config.data
    fits = data.dataset != "ptb" and data.units == "subwords"
    if fits and not config.training.source:
        ways.append(
            "--from tweets, which begins with a trained model of English tweets"
        )
    return f"{', '.join(ways[:-1])}, or {ways[-1]}"


def more_word_dropout(config: Config) -> list[str]:
    """Returns the flag that hides more previous tokens, if that can help."""
    # A deconvolution alone sees none.
    sees_history = config.model.decoder != "deconv"
    more = config.model.word_dropout < 0.3
    return ["--word-dropout 0.3"] if sees_history and more else []
