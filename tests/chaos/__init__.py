"""Fault tests: `make chaos`. The bot is killed, locked out and flooded under load; every question must be answered.

Nothing here is collected by pytest: a whole run takes minutes and needs a trained model and a real Rasa server.
"""
