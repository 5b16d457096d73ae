"""The product's settings with little patience: who waits for a connection to the database is told after 2 s instead of 10."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES

DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 2
