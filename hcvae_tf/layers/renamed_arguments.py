"""Reads layers that were saved when their arguments had other names."""

_NAMES = {
    "num_tokens": "input_vocabulary_size",
    "classes": "output_vocabulary_size",
    "maps": "filters",
    "width": "filters",
    "mean_spread": "bn_gamma",
}


class RenamedArguments:
    """Lets `from_config` of a layer take the names of version 0.1.0."""

    @classmethod
    def from_config(cls, config):
        """Rebuilds the layer from what `get_config` gave, now or then."""
        return super().from_config(
            {_NAMES.get(name, name): value for name, value in config.items()}
        )
