"""The search tool over the Model Context Protocol: its tools, and how they are called."""
