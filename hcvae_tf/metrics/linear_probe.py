"""Accuracy of a linear classifier on latent vectors."""

FOLDS = 5
"""Parts of the cross-validation; each label needs this many texts."""


def probe_verdict(accuracy: float, error: float, guess: float) -> str:
    """Returns in words what the accuracy of a probe says about z.

    Args:
        accuracy: the accuracy, between 0 and 1.
        error: its standard error; two of them must lie above `guess`.
        guess: the accuracy of always guessing the most frequent label.
    """
    if accuracy <= guess + 2 * error:
        return (
            "no better than always guessing the most frequent label: a linear "
            "classifier does not find this label in z"
        )
    avoided = (accuracy - guess) / (1 - guess)
    return (
        f"avoids {avoided:.0%} of the errors of always guessing the most "
        "frequent label: z holds some of this label"
        if accuracy < 1
        else "always right: z holds this label"
    )


def probe_accuracy(z_mean, labels) -> tuple[float, float]:
    """Computes the cross-validated accuracy of logistic regression.

    Args:
        z_mean: float array of shape `(texts, z_size)`.
        labels: one per text.

    Returns:
        The mean over the folds and its standard error.

    Reference:
        [Alain and Bengio, 2016](https://arxiv.org/abs/1610.01644)
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scores = cross_val_score(
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000)),
        z_mean,
        list(labels),
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=0),
    )
    return float(scores.mean()), float(scores.std(ddof=1) / FOLDS**0.5)
