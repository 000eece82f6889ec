"""What people asked the bot to do: written down before it is done, waited for, and closed with its result."""
