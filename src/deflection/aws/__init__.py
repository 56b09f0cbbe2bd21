"""Talk to AWS: clients, deadlines, translated errors, and one module for each service."""
