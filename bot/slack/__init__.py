"""The Slack adapter: payloads in, one service call, a view out."""
