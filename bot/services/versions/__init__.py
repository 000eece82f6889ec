"""What people do with versions: find, show, create, retry and delete them."""
