"""Puts the bot together: connections, jobs, instrumentation, and `running`, which opens everything and closes it in reverse."""
