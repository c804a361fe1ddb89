"""Argo CD's API server: routes, refusals, masks and streams."""
