"""What people lay over an environment: freezes, locks, pins and hotfix holds."""
