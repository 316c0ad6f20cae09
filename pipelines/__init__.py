"""Text in, windows of character ids out."""
