"""The simulated cluster: objects, rollouts, pods, and what is seen of them."""
