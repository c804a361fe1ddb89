"""What the bot is: doors, commands, deployments, views, and the durable log beneath them."""
