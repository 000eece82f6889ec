"""Use cases: the order of steps, over the ports of the domain."""
