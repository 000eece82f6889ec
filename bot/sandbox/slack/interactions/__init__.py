"""What people do in the workspace, and how it reaches the app: type, click, fill in, submit, close, open."""
