"""The face of the newcomers: Telegram."""
