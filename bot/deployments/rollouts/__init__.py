"""One application of a deployment, from the intent to sync it to its verdict."""
