"""What measures gospub: speed, size, use of the networks' limits. `python -m bench --help`."""
