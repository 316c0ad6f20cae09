"""Run folders, model files and export folders on disk."""
