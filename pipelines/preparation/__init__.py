"""From raw texts to a sharded data set on disk."""
