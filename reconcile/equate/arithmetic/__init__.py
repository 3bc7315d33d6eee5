"""Relations that figures show without words: sums, shares, changes, means."""
