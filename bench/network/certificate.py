"""An authority of our own and its certificate for the TURN server, which nobody but the measured browsers know."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(
    subject: str, key: EllipticCurvePrivateKey, issuer: str, by: EllipticCurvePrivateKey, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
    return builder.sign(by, hashes.SHA256())


def make_certificate(folder: Path, host: str) -> str:
    """Write cert.pem and key.pem for a host, and ca.pem, who signed them.

    Returns the base64 SHA-256 of the host's public key: Chromium is told that one, Firefox the authority.
    """
    root, own = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    authority = _signed("Measurements of Mulakat", root, "Measurements of Mulakat", root, authority=True)
    certificate = _signed(host, own, "Measurements of Mulakat", root, authority=False)
    (folder / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = own.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


def write_policies(folder: Path) -> Path:
    """Write what lets Firefox know the authority in ca.pem (its enterprise policies); return the folder it is in."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    certificates = {"policies": {"Certificates": {"Install": [str(folder / "ca.pem")]}}}
    (policies / "policies.json").write_text(json.dumps(certificates))
    return policies
