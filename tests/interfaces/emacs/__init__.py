"""Tests of the Emacs client, in Emacs."""
