"""Table schemas in pandera's YAML: read, hold, infer, exchange."""
