"""Penn Treebank as prepared by Mikolov."""
