"""Argo CD: its API as typed values, and a live view of its applications."""
