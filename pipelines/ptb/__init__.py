"""The dataset `ptb`: Penn Treebank as prepared by Mikolov."""
