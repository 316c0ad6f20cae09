"""The tweet hybrid in PyTorch, as a user of PyTorch would write it.

Benchmarks compare `hcvae_tf` with it; tests check that costs and gradients are
equal. It needs the extra `torch`.
"""
