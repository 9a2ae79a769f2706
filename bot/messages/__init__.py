"""Frozen values that travel between the faces, the services and the adapters."""
