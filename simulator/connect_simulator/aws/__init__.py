"""What all simulated services share: how a request is signed, and what the service models say."""
