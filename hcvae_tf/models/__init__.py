"""TextVAE, its encoders and decoders, its settings and presets."""
