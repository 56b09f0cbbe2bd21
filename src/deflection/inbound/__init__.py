"""Parse what arrives: a flow invocation or an EventBridge event, read leniently."""
