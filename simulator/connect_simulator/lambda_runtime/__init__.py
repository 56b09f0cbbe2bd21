"""Lambda: run a handler in processes of its own, and answer Invoke."""
