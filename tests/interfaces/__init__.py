"""Tests of the clients in their hosts."""
