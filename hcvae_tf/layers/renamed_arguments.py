"""Loads layers that were saved with older argument names."""

_NEW_NAMES = {
    "num_tokens": "input_vocabulary_size",
    "classes": "output_vocabulary_size",
    "maps": "filters",
    "width": "filters",
    "mean_spread": "bn_gamma",
}


class RenamedArguments:
    """Makes a layer's `from_config` accept the names of version 0.1.0."""

    @classmethod
    def from_config(cls, config):
        """Rebuilds the layer from a config with new or old names."""
        return super().from_config(
            {
                _NEW_NAMES.get(name, name): value
                for name, value in config.items()
            }
        )
