"""Call AWS: clients, deadlines, error translation, and one module for each service."""
