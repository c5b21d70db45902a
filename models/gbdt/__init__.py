"""Other libraries that grow ranking trees, where they are installed."""
