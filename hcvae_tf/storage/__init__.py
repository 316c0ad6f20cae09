"""What lies on disk: a run's folder, model files, the versions of an export."""
