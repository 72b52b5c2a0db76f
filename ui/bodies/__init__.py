"""What the JSON of the API and of the command line's `--json` looks like, one model per shape."""
