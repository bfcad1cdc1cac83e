"""Finger and wrist measured in a photo beside a card or a coin."""
