from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Makes a pair of keys for web push and prints them as settings; nothing is kept. Once for a system: devices"
        " that were registered with other keys have to be registered anew."
    )
    requires_system_checks = []

    def handle(self, *args, **options):
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_numbers().private_value.to_bytes(32)
        public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.stdout.write(f"WEB_PUSH_PUBLIC_KEY={_written(public)}")
        self.stdout.write(f"WEB_PUSH_PRIVATE_KEY={_written(private)}")
        self.stdout.write("WEB_PUSH_CONTACT=mailto:")


def _written(key):
    return urlsafe_b64encode(key).rstrip(b"=").decode()
