"""One operation a command: paths and options in, files and a result record out."""
