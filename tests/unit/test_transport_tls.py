"""A network whose certificate comes from an authority of its own is asked when the connection names that authority."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gospub.errors import ConfigurationError, RetryNow
from gospub.platforms.transport import Reply, get
from tests.unit.local_http import Answer, LocalServer, local_server


def self_signed(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return paths


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    certificate, key = self_signed(tmp_path, "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with local_server() as running:
        running.http.socket = context.wrap_socket(running.http.socket, server_side=True)
        running.url = running.url.replace("http://", "https://")
        running.answer = Answer(b"{}")
        yield running


def ask(server: LocalServer, ca_bundle: Path | None) -> Reply:
    access = replace(server.access(), platform="max", ca_bundle=str(ca_bundle) if ca_bundle else None)
    with requests.Session() as session:
        return get(session, access, f"{server.url}/chats", {}, {})


def test_with_the_authority_of_the_connection_the_network_answers(server: LocalServer, tmp_path: Path):
    assert ask(server, tmp_path / "authority.pem").body == b"{}"


@pytest.mark.parametrize("bundle", [None, "stranger.pem"])
def test_without_it_the_certificate_is_named_as_what_is_wrong(server: LocalServer, tmp_path: Path, bundle: str | None):
    self_signed(tmp_path, "stranger")
    with pytest.raises(RetryNow, match="ca_bundle must name its authority's certificate") as caught:
        ask(server, tmp_path / bundle if bundle else None)
    assert caught.value.reason == "unreachable"


def test_a_bundle_that_is_no_certificate_is_named_too(server: LocalServer, tmp_path: Path):
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(RetryNow, match="ca_bundle must name its authority's certificate"):
        ask(server, tmp_path / "empty.pem")


def test_a_bundle_that_does_not_exist_is_a_mistake_in_the_connection(server: LocalServer, tmp_path: Path):
    with pytest.raises(
        ConfigurationError, match=r"there is no file .*nowhere\.pem, the ca_bundle of connection gospub_max"
    ):
        ask(server, tmp_path / "nowhere.pem")
