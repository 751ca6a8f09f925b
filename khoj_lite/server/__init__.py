"""The HTTP door: routes, the guard in front of them, jobs, and the daemon that serves them."""
