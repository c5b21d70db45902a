"""What trajectories tell about the agents themselves: behaviour, position bias, the report page."""
