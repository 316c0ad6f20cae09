"""A user's own file of texts, one a line."""
