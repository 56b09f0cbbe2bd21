"""The function against a ten-line one, in one run: `make bench`."""
