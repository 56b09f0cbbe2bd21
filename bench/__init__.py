"""Benchmarks of the function against a ten-line one: `make bench`."""
