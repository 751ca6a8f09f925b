"""Find, ask and learn from everything you wrote down, on your own machine."""

__version__ = "0.1.0"
