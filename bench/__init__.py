"""Measurements: a large fictional network, and each hot path beside the limit it can come near, in one run."""
