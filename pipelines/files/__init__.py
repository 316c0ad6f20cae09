"""Files of the user: on disk or at an address, read line by line."""
