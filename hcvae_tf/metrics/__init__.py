"""How good a model is: costs, use of the latent vector, texts it writes."""
