"""Fakes of the services that the bot talks to."""
