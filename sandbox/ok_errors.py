"""OK's errors: names of apiok.ru/en/dev/errors, and the forms they come in."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from sandbox.answers import JSON, Answer

TEXTS: Mapping[int, str] = {
    1: "UNKNOWN : Unknown error",
    2: "SERVICE : Service temporary unavailable",
    3: "METHOD : Method not found",
    4: "REQUEST : Bad request",
    7: "ACTION_BLOCKED : Requested action is temporary blocked for current user",
    8: "FLOOD_BLOCKED : Method execution is blocked due to flood",
    9: "IP_BLOCKED : Method execution is blocked by IP address",
    10: "PERMISSION_DENIED : User must grant an access to permission 'VALUABLE_ACCESS'",
    11: "LIMIT_REACHED : Method invocation limit is reached",
    22: "NOT_ACTIVATED : User must activate the account",
    23: "NOT_YET_INVOLVED : User is not involved in the application",
    30: "NETWORK : Network error",
    31: "NETWORK_TIMEOUT : Network timeout",
    50: "NOT_ADMIN : User is not an administrator",
    100: "PARAM : Missing or invalid parameter",
    101: "PARAM_API_KEY : Unknown application key",
    102: "PARAM_SESSION_EXPIRED : Session expired",
    103: "PARAM_SESSION_KEY : Invalid session key",
    104: "PARAM_SIGNATURE : Invalid signature",
    105: "PARAM_RESIGNATURE : Invalid resignature",
    160: "PARAM_GROUP_ID : Invalid group id",
    200: "PARAM_PERMISSION : Application has no permission to perform the action",
    210: "PARAM_APPLICATION_DISABLED : Application is disabled",
    220: "PARAM_FIELDSET : Invalid field set",
    300: "NOT_FOUND : Requested information is not found",
    401: "AUTH_LOGIN : Authentication failed",
    402: "AUTH_LOGIN_CAPTCHA : Captcha is required",
    403: "AUTH_LOGIN_WEB_HUMAN_CHECK : Human check is required",
    451: "NOT_SESSION_METHOD : Session is prohibited for the method",
    453: "SESSION_REQUIRED : Session is required for the method",
    455: "FRIEND_RESTRICTION : User set a restriction",
    456: "GROUP_RESTRICTION : Group set a restriction",
    457: "UNAUTHORIZED_RESTRICTION : Unauthorized access",
    458: "PRIVACY_RESTRICTION : Privacy restriction",
    511: "IDS_BLOCKED : Refused by the antispam system",
    514: "IDS_SESSION_VERIFICATION_REQUIRED : Verification is required",
    704: "TIMEOUT_EXCEEDED : Timeout exceeded",
    900: "NO_SUCH_APP : No such application",
    1200: "BATCH : Batch execution failed",
    5000: "INVALID_RESPONSE : Invalid response",
    9999: "SYSTEM : Critical system error",
}


class ApiError(Exception):
    """An answer of OK that says no."""

    def __init__(self, code: int, detail: str | None = None) -> None:
        super().__init__(f"{TEXTS[code].partition(' : ')[0]} : {detail}" if detail else TEXTS[code])
        self.code = code

    def answer(self) -> Answer:
        """JSON, its keys in changing order and `error_data` not always there; plain text for an unknown method."""
        headers = {"invocation-error": str(self.code)}
        if self.code == 3:
            return Answer(f"3:{self}".encode(), headers=headers, media_type="text/plain")
        told = {"error_code": self.code, "error_msg": str(self)}
        shapes = (told | {"error_data": None}, told, {"error_data": "x", **dict(reversed(told.items()))})
        return Answer(orjson.dumps(shapes[self.code % 3]), headers=headers, media_type=JSON)
