"""Which images ship: builds, digests, checks, soak, promotions."""
