"""A trained model in use: texts and latent vectors in and out."""
