"""The version, which every log names."""

VERSION = "0.1.0"
