"""Argo CD's objects as JSON."""
