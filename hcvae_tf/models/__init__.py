"""TextVAE, its parts, its objective, and set-ups by name."""
