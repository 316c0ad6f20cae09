"""The dataset `tweets`: real or synthetic tweets, or a user's own."""
