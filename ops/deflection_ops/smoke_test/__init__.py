"""Send at most two real messages through a deployed function, step by step."""
