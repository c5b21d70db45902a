"""Logs that are lists of messages, each a step of the agent or what came back to it."""
