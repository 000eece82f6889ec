"""What the bot says: pure functions from domain objects to Slack's blocks, one module for each thing said."""
