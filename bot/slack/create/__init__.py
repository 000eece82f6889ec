"""The form that creates a version: what it can start from, what it holds, how it is drawn and read, and what happens with it."""
