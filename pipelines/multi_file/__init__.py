"""Multi-file datasets, prepared in one process or with Apache Beam."""
