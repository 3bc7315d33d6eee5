"""What should add up: the equation, and everything that finds one."""
