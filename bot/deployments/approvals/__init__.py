"""What approvers are asked, what they see, and how long their yes holds."""
