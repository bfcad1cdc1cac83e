"""A grading report in, the ring that holds its stone out."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from api.documents import ConfigurationDocument, Document
from api.openapi import Operation, documented
from api.products import configuration_document, services
from models3d.stones.certificate import Certificate
from viewer.certified import PRODUCT, options_of

views = Blueprint("certificates", __name__)


class CertificateRequest(Document):
    """A grading report and the kind of stone that it grades."""

    certificate: Certificate
    gem: str = "diamond"


@views.post("/api/v1/certificates")
@documented(
    Operation(
        "The solitaire whose stone has the facets, weight and grades of a grading report",
        {"application/json": ConfigurationDocument},
        takes=("application/json", CertificateRequest),
        problems=(415, 422),
    )
)
def certificate() -> Response:
    """The configuration of a report's stone."""
    asked = CertificateRequest.model_validate(request.get_json())
    options = options_of(asked.certificate, asked.gem)
    return jsonify(configuration_document(services().configured(PRODUCT, options)).model_dump())
