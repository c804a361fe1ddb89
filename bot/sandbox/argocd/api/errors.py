"""How Argo CD says no: gRPC codes, their HTTP statuses, and the bodies that carry them."""

from __future__ import annotations

from enum import IntEnum
from http import HTTPStatus
from typing import Any


class Code(IntEnum):
    """The gRPC codes Argo CD uses."""

    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    NOT_FOUND = 5
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


HTTP_STATUS = {
    Code.UNKNOWN: 500,
    Code.INVALID_ARGUMENT: 400,
    Code.NOT_FOUND: 404,
    Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.FAILED_PRECONDITION: 400,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
    Code.UNAUTHENTICATED: 401,
}
"""grpc-gateway v1 runtime/errors.go; FailedPrecondition is 400 there, not 412."""


class ApiError(Exception):
    """An answer that is a refusal."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        """The HTTP status."""
        return HTTP_STATUS[self.code]

    def body(self) -> dict[str, Any]:
        """The body of a unary call."""
        return {"error": self.message, "code": int(self.code), "message": self.message}

    def frame(self) -> dict[str, Any]:
        """The frame of a stream."""
        return {
            "error": {
                "grpc_code": int(self.code),
                "http_code": self.status,
                "message": self.message,
                "http_status": HTTPStatus(self.status).phrase,
            }
        }


def permission_denied() -> ApiError:
    """The one answer for "no such application" and "not yours" alike, without a project."""
    return ApiError(Code.PERMISSION_DENIED, "permission denied")


def not_found(name: str) -> ApiError:
    """Only for those who named the project, and may look into it."""
    return ApiError(Code.NOT_FOUND, f'applications.argoproj.io "{name}" not found')


def precondition(message: str) -> ApiError:
    """400, code 9."""
    return ApiError(Code.FAILED_PRECONDITION, message)


def invalid(message: str) -> ApiError:
    """400, code 3."""
    return ApiError(Code.INVALID_ARGUMENT, message)
