"""What an event needs before it is run: AWS resources, the contact that it is about, and the current time."""
