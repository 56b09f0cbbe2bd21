"""Build the StartOutboundChatContact request: parameters, message, routes and limits."""
