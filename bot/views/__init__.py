"""State in, Block Kit out: every sentence and every picture the bot shows (pure)."""
