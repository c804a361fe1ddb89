"""The ways in: Slack by HTTP or socket, the API, the probes; each hands over to dispatch."""
