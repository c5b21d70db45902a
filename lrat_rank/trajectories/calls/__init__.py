"""Tool calls of any format: what was asked for, what came back, and the turns they become."""
