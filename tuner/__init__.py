"""Search for alpha and the layer widths with KerasTuner."""
