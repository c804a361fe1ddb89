"""Every gate that can be closed for a change, who opens it, and who passes it shut."""
