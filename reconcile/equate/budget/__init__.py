"""A budget file, the columns that draw on it, its equations, and how it stands."""
