"""A Slack, an Argo CD and a GitHub on loopback: for `shipmate demo` and the tests."""
