"""Polling Zadig: which projects are due, what changed since the last poll, and which notifications follow from it."""
