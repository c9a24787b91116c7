"""Certificates of an authority made for a test."""

import subprocess
from pathlib import Path


def make_certificates(folder: Path, name: str, hosts: str = "IP:127.0.0.1,DNS:localhost") -> dict[str, Path]:
    """An authority of its own and one certificate that it signed for `hosts`: ca, cert and key."""
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, ca, key, asked, cert, names = (
        folder / f"{name}{part}" for part in ("-ca.key", "-ca.pem", ".key", ".csr", ".pem", ".ext")
    )
    names.write_text(f"subjectAltName={hosts}\n", encoding="ascii")
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}"]
    _openssl("req", "-x509", *new, "-days", "2", "-keyout", ca_key, "-out", ca)
    _openssl("req", *new, "-keyout", key, "-out", asked)
    signed = ["-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2", "-extfile", names]
    _openssl("x509", "-req", "-in", asked, *signed, "-out", cert)
    return {"ca": ca, "cert": cert, "key": key}


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
