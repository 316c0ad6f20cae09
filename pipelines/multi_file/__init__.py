"""One data set of many files, prepared in one process or with Apache Beam."""
