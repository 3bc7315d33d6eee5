# Tasks of the project. `just` lists them.

python := ".venv/bin/python"

[private]
default:
    @just --list

# Make the virtual environment and install the project in it
setup:
    python3 -m venv .venv
    {{python}} -m pip install --quiet --editable '.[dev]'

# Run the tests; arguments go to pytest
test *arguments:
    {{python}} -m pytest {{arguments}}

# Check style, types and the direction of imports
lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/mypy
    .venv/bin/lint-imports --no-logo

# Put the code into the project's style
format:
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# Write the generated pages and build the site
docs:
    {{python}} docs/generate.py
    .venv/bin/zensical build --strict

# Measure speed and memory against other programs
bench:
    {{python}} benchmarks/spine.py
    {{python}} benchmarks/reading.py

# Feed every reader ten thousand damaged documents
fuzz:
    {{python}} -m pytest -m fuzz
