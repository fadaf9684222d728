"""Access tokens made by somebody who has the server's key file, and by somebody who has not."""
import base64
import hashlib
import hmac
import json
import struct
import time

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def base64url(data) -> str:
    data = json.dumps(data, separators=(",", ":")).encode() if isinstance(data, dict) else data
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token_key(server) -> bytes:
    """The key that signs access tokens: libsodium's crypto_kdf of the key file, purpose 1."""
    secret = (server.data_dir / "server.key").read_bytes()
    return hashlib.blake2b(b"", digest_size=32, key=secret, salt=struct.pack("<Q", 1) + bytes(8),
                           person=b"fief_key" + bytes(8)).digest()


def forge(key: bytes, user: str, alg: str = "HS256", header: dict = None, **claims) -> str:
    """A token with these claims; None leaves one out."""
    now = int(time.time())
    body = {"iss": "fief", "sub": user, "roles": 1, "iat": now, "exp": now + 600, **claims}
    body = {name: value for name, value in body.items() if value is not None}
    signed = base64url({"alg": alg, "typ": "JWT", **(header or {})}) + "." + base64url(body)
    made = HASHES.get(alg, hashlib.sha256)
    return signed + "." + ("" if alg == "none" else base64url(hmac.new(key, signed.encode(), made).digest()))


def forgeries(server, user: str) -> dict:
    """Tokens that must be nobody's, by what is wrong with them."""
    key, now = token_key(server), int(time.time())
    good = forge(key, user, roles=7)
    head, body, signature = good.split(".")
    return {
        "expired": forge(key, user, iat=now - 900, exp=now - 1),
        "signed by another key": forge(b"k" * 32, user),
        "signed by the key file itself": forge((server.data_dir / "server.key").read_bytes(), user),
        "signed by nothing": forge(b"", user),
        "alg none": forge(key, user, "none"),
        "alg none with a signature": base64url({"alg": "none"}) + f".{body}.{signature}",
        "alg HS384 with the right key": forge(key, user, "HS384"),
        "alg HS512 with the right key": forge(key, user, "HS512"),
        "alg RS256, signed as HS256 with the right key": forge(key, user, "RS256"),
        "alg ES256, signed as HS256 with the right key": forge(key, user, "ES256"),
        "signature of another body": f"{head}.{base64url({'iss': 'fief', 'sub': user, 'roles': 7, 'iat': now, 'exp': now + 600})}.{signature[::-1]}",
        "without a signature": f"{head}.{body}.",
        "another issuer": forge(key, user, iss="other"),
        "no issuer": forge(key, user, iss=None),
        "issued in the future": forge(key, user, iat=now + 3600, exp=now + 7200),
        "never expires": forge(key, user, exp=None),
        "expires in words": forge(key, user, exp="never"),
        "nobody's": forge(key, "", roles=7),
        "the nil user's": forge(key, "00000000-0000-0000-0000-000000000000", roles=7),
        "roles as a list": forge(key, user, roles=["operator"]),
    }
