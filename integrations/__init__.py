"""One typed async client per outside system; nothing here knows the bot."""
