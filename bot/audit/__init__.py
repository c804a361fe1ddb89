"""The record as auditors read it: what was asked, refused, decided and done, and whether it is whole."""
