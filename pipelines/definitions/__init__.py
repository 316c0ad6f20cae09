"""The dataset `definitions`: the glosses of WordNet."""
