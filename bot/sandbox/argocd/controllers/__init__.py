"""The two controllers of Argo CD, and the queues that keep them apart."""
