"""Training: the loop, its callbacks, and training on several devices."""
