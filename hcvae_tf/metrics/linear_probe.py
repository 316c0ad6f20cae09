"""Accuracy of a linear classifier on latent vectors."""

FOLDS = 5
"""Parts of the cross-validation; each label needs this many texts."""


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
