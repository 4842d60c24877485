"""A device that keeps one passkey, as the Web Authentication standard asks of it (sections 6.1 and 6.5)."""

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """Makes a passkey and signs challenges with it, for the site at ``origin``."""

    def __init__(self, origin: str = "http://localhost", *, verifies: bool = True) -> None:
        self.origin, self.flags = origin, PRESENT | (VERIFIED if verifies else 0)
        self.id, self.handle, self.count = sha256(str(id(self)).encode()).digest(), b"", 0
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict[str, Any]) -> str:
        """What the browser sends for options to add a passkey."""
        self.handle = from_letters(options["user"]["id"])
        public = self._key.public_key().public_numbers()
        x, y = public.x.to_bytes(32, "big"), public.y.to_bytes(32, "big")
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        known = bytes(16) + struct.pack(">H", len(self.id)) + self.id + key
        seen = self._seen(options["rp"]["id"], HAS_KEY) + known
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": seen})
        told = self._told("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=told, attestationObject=attested)

    def sign(self, options: dict[str, Any]) -> str:
        """What the browser sends for options to use a passkey."""
        self.count += 1
        seen, told = self._seen(options["rpId"]), self._told("webauthn.get", options["challenge"])
        signature = self._key.sign(seen + sha256(told).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=told, authenticatorData=seen, signature=signature, userHandle=self.handle
        )

    def _seen(self, host: str, more: int = 0) -> bytes:
        return sha256(host.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _told(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: bytes) -> str:
        written = {name: letters(value) for name, value in response.items()}
        return json.dumps(
            {"id": letters(self.id), "rawId": letters(self.id), "type": "public-key", "response": written}
        )


def letters(value: bytes) -> str:
    return urlsafe_b64encode(value).decode("ascii").rstrip("=")


def from_letters(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
