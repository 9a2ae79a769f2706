"""A multilingual messenger bot for people who have just arrived in Magdeburg."""

__version__ = "0.3.0"
