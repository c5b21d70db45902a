"""Simulation: an invented world, its questions, and an agent that works them."""
