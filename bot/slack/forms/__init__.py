"""What was typed into a modal: read from Slack's state, kept as a draft, turned into a request of the domain."""
