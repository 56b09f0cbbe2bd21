"""TLS on loopback: a certificate authority of its own, and a proxy in front of a simulated service."""

import asyncio
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

ADDRESS = "127.0.0.1"


@contextmanager
def tls_proxy(root: Path, target: str) -> Iterator[str]:
    """
    Run a server in its own process that ends TLS and passes each connection on to a plain URL; give its URL.

    Args:
        root: The file to write the certificate of the authority to.
        target: The plain URL.
    """
    with Popen([sys.executable, __file__, str(root), target], stdout=PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


async def _run(root: Path, target: str) -> None:
    behind = urlsplit(target)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection(behind.hostname, behind.port)
        await asyncio.gather(_copy(reader, behind_writer), _copy(behind_reader, writer))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile() as file:
        _write_certificates(root, Path(file.name))
        context.load_cert_chain(file.name)
    server = await asyncio.start_server(serve, ADDRESS, 0, ssl=context)
    sys.stdout.write(f"https://{ADDRESS}:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


def _write_certificates(root: Path, server: Path) -> None:
    """Write a root certificate, and a server's certificate that it signs with the server's key."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Loopback Root")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ADDRESS)])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address(ADDRESS))])
    of_root = _certificate(issuer, root_key, issuer).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    of_server = _certificate(subject, key, issuer).add_extension(address, critical=False)
    root.write_bytes(of_root.sign(root_key, SHA256()).public_bytes(Encoding.PEM))
    server.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + of_server.sign(root_key, SHA256()).public_bytes(Encoding.PEM)
    )


def _certificate(subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), sys.argv[2]))
