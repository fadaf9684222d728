"""The demonstration city of `make run`: see tools/demo.py."""
