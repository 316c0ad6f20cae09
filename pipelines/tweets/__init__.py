"""Tweets, real and made up."""
