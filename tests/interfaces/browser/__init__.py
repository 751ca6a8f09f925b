"""The browser extension, in a real Chromium."""
