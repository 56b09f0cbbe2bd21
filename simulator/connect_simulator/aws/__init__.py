"""Helpers for every simulated service: reading a signed request, and botocore's service models."""
