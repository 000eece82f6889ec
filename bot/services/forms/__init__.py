"""What forms need beyond one interaction: choices from the catalog, drafts, habits, and recovery after a crash."""
