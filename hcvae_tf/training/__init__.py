"""Training a run: the loop, what happens around its steps, several devices."""
