"""Who hears of a project: subscriptions, watches, and who is still entitled to them."""
