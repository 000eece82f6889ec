"""The outbox at work: pacing, digests and the notifier."""
