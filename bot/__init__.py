"""The release bot: Zadig versions in Slack."""

__version__ = "0.1.0"
