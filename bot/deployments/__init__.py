"""The heart: what can happen to a deployment, what it is, and what happens next."""
