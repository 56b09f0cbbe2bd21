"""AWS Lambda: execution environments for a handler, and the Invoke operation."""
