"""Frames in and out: photos, videos, cameras."""
