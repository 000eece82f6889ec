"""The two generations of Zadig's API for versions, over one state."""
