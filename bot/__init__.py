"""The release bot: Zadig versions in Slack."""
