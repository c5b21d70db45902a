"""Logs that are trees of spans, one for each call, model reply or agent."""
