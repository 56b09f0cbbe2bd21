"""The commands: `serve` keeps a simulator running, `run_events` gives events to a handler."""
