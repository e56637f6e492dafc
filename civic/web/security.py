# SPDX-License-Identifier: AGPL-3.0-or-later
"""Security headers: constant, so that pages can be cached; no inline script or style anywhere."""

from urllib.parse import urlsplit

from flask import Flask, Response

from civic.config import Config

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

DOWNLOAD_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For what is downloaded: should a browser show it all the same, it runs nothing and has no origin."""


def content_policy(config: Config) -> str:
    """The policy of pages: nothing from elsewhere, but public pictures where the town keeps them in its own S3 store."""
    parts = urlsplit(config.s3_public_address)
    return CSP.replace("img-src 'self'", f"img-src 'self' {parts.scheme}://{parts.netloc}") if parts.netloc else CSP


def init_security(app: Flask, config: Config) -> None:
    """Cookie flags, size of requests, and the headers of every answer."""
    app.config.update(
        SESSION_COOKIE_SECURE=config.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="civic",
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=True,
    )

    pages = content_policy(config)

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        is_download = headers.get("Content-Disposition", "").startswith("attachment")
        headers["Content-Security-Policy"] = DOWNLOAD_CSP if is_download else pages
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self)"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if config.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
