"""Find, ask and learn from everything you wrote down, on your own machine."""

import os

__version__ = "0.1.0"

# ONNX Runtime's Linux wheel reports home unless told not to before it is loaded; so do the hub
# libraries. Nothing here may: this stands where no import can come before it (decision 060).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["DO_NOT_TRACK"] = "1"
