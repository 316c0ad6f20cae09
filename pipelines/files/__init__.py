"""Reading of a user's files, on disk or at an address; atomic writing."""
