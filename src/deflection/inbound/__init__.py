"""Parse a flow invocation or an EventBridge event leniently."""
