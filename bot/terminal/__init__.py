"""The same conversation in a terminal: what a fresh machine shows without a token."""
