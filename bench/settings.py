"""The product's own settings, with one address more: an empty view to measure against."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
