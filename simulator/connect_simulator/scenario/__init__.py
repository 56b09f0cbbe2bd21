"""What an event needs before it runs: AWS resources, the contact that it names, and the current time."""
