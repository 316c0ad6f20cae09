"""Measures of a model: costs, use of z, quality of the texts it writes."""
