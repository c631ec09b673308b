"""Deskside: chat with a model that runs on this computer, and with your own documents."""

__version__ = "0.1.0"
