"""A GitHub on loopback: the application repository's commits, builds and comparisons."""
