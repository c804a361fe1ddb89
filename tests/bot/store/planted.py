"""Made-up credentials of every kind that people paste where they should not."""

from __future__ import annotations

PLANTED = (
    "xoxb-2345678901-2345678901234-AbCdEfGhIjKlMnOpQrStUvWx",
    "xapp-1-A0SHIPMATE-2345678901234-0123456789abcdef",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github_pat_11AAAAAAA0_0123456789abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl",
    "Bearer 0123456789abcdef0123456789abcdef",
    "password=correct-horse-battery",
    "https://hooks.slack.com/commands/T0LINK/123456/AbCdEfGhIjKl",
    "response_url=https://example.com/answer/me/here",
    "https://deployer:hunter22@git.example.com/gitops.git",
    "shipmate_0123456789abcdefghijABCDEFGHIJ",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END PRIVATE KEY-----",
)
"""Each goes whole or in its secret part, whatever stands around it."""
