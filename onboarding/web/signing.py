"""Signing cookies and form tokens: what itsdangerous does, bit for bit, with keys derived once and HMAC done in C.

The session cookie and the form token are each read and written at almost every request; deriving their keys anew and
hashing through Python functions is most of that time. A test holds that both sides read each other's signatures.
"""

import hashlib
import hmac
from functools import cache
from typing import Any

import itsdangerous
from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import HMACAlgorithm, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

from onboarding.web.answers import STATIC

LONG = 400  # bytes


class _Sha1(HMACAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")

    def verify_signature(self, key: bytes, value: bytes, sig: bytes) -> bool:
        return hmac.compare_digest(sig, hmac.digest(key, value, "sha1"))


class _Signer(TimestampSigner):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "algorithm": _Sha1(hashlib.sha1)})
        self._derived: dict[Any, bytes] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        if secret_key not in self._derived:
            self._derived[secret_key] = super().derive_key(secret_key)
        return self._derived[secret_key]


class Serializer(URLSafeTimedSerializer):
    """As its base class, with one signer for good."""

    default_signer = _Signer

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._signer = super().make_signer(self.salt)

    def dump_payload(self, obj: Any) -> bytes:
        """A short payload is not compressed: that gains nothing and takes longer than all the rest."""
        plain = itsdangerous.Serializer.dump_payload(self, obj)
        return base64_encode(plain) if len(plain) < LONG else super().dump_payload(obj)

    def make_signer(self, salt: str | bytes | None = None) -> _Signer:
        assert salt is None or salt == self.salt
        return self._signer  # type: ignore[return-value]


class Sessions(SecureCookieSessionInterface):
    """Signed cookies as Flask makes them, except that a packaged file sends none: its answer may come after the one of a
    page that ended the session or began another, and would put the old cookie back."""

    def __init__(self) -> None:
        self._serializer: Serializer | None = None

    def get_signing_serializer(self, app: Flask) -> Serializer | None:
        if self._serializer is None:
            assert app.secret_key
            keys = [*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key]  # the last one signs
            self._serializer = Serializer(
                keys,
                salt=self.salt,
                serializer=self.serializer,
                signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
            )
        return self._serializer

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return request.endpoint not in STATIC and super().should_set_cookie(app, session)


@cache
def token_serializer(secret_key: str, salt: str) -> Serializer:
    """What Flask-WTF signs form tokens with."""
    return Serializer(secret_key, salt=salt)
