"""The dataset `lines`: a user's own files with one text per line."""
