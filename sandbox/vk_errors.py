"""VK's errors: the texts of VKCOM/vk-api-schema (errors.json, 5.199) and the envelope they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

TEXTS: Mapping[int, str] = {
    1: "Unknown error occurred",
    2: "Application is disabled. Enable your application or use test mode",
    3: "Unknown method passed",
    5: "User authorization failed",
    6: "Too many requests per second",
    7: "Permission to perform this action is denied",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    12: "Unable to compile code",
    13: "Runtime error occurred during code invocation",
    14: "Captcha needed",
    15: "Access denied",
    17: "Validation required",
    18: "User was deleted or banned",
    19: "Content blocked",
    23: "This method was disabled",
    27: "Group authorization failed: method is unavailable with group auth.",
    28: "Application authorization failed: method is unavailable with service token.",
    29: "Rate limit reached",
    30: "This profile is private",
    36: "Method execution was interrupted due to timeout",
    37: "User was banned",
    40: "Unknown group",
    43: "This section is temporary unavailable",
    100: "One of the parameters specified was missing or invalid",
    103: "Out of limits",
    104: "Not found",
    113: "Invalid user id",
    125: "Invalid group id",
    200: "Access denied",
    201: "Access denied",
    203: "Access to group denied",
    204: "Access denied",
    210: "Access to wall's post denied",
    212: "Access to post comments denied",
    1051: "Method is not available for this profile type",
    1117: "Access token has expired",
    1260: "Invalid screen name",
    3300: "Recaptcha needed",
    3610: "User is deactivated",
}
_DETAILS = {5: "invalid access_token (4).", 13: "response size is too big", 100: "group_ids is invalid"}
CAPTCHA_OLD = {
    "captcha_sid": "239000000001",
    "captcha_img": "https://api.vk.com/captcha.php?sid=239000000001&s=1",
}
CAPTCHA_NEW = {
    "redirect_uri": "https://id.vk.com/not_robot_captcha?domain=vk.com&session_token=sandbox&variant=popup&blank=1",
    "remixstlid": 9000000000000000001,
}
_EXTRAS: Mapping[int, Mapping[str, Any]] = {
    14: CAPTCHA_OLD,
    17: {"redirect_uri": "https://m.vk.com/login?act=security_check&hash=sandbox", "confirmation_text": "Confirm"},
}


class ApiError(Exception):
    """An answer of VK that says no: `code`, the text with an optional `detail`, keys of its own (captcha)."""

    def __init__(self, code: int, detail: str | None = None, extras: Mapping[str, Any] | None = None) -> None:
        detail = _DETAILS.get(code) if detail is None else detail
        super().__init__(f"{TEXTS[code]}: {detail}" if detail else TEXTS[code])
        self.code = code
        self.extras = _EXTRAS.get(code, {}) if extras is None else extras

    def entry(self, method: str) -> dict[str, Any]:
        """The error as `execute_errors` carries it."""
        return {"method": method, "error_code": self.code, "error_msg": str(self)}

    def body(self, method: str, params: Mapping[str, str]) -> bytes:
        """The whole answer. The request is echoed without its token, as strings."""
        echo = {"method": method, "oauth": "1", **params}
        pairs = [{"key": key, "value": value} for key, value in echo.items() if key != "access_token"]
        error = {"error_code": self.code, "error_msg": str(self), "request_params": pairs, **self.extras}
        return orjson.dumps({"error": error})
