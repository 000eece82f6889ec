"""The local world: a Zadig and a Slack workspace that know nothing of the bot inside."""
