"""HTTP and WebSocket only: thin views over tryon, viewer and models3d."""

from api.app import create_app
from api.server import serve

__all__ = ["create_app", "serve"]
