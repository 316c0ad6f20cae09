"""Parts that commands share: flags, input and output of texts, charts."""
