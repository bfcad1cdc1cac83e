"""HTTP and WebSocket only: thin views over tryon, viewer and models3d."""

from api.app import create_app, serve

__all__ = ["create_app", "serve"]
