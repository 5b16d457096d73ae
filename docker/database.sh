#!/bin/sh
# Runs once, as the superuser, when the database's volume is new: an ordinary role for the product, and pgvector in a
# schema of its own, also in template1 so that databases made later have it.
set -eu

extensions='CREATE SCHEMA IF NOT EXISTS extensions;
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
CREATE EXTENSION IF NOT EXISTS vector SCHEMA extensions;'

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname template1 --command "$extensions"
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres -v password="$YINGDA_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE yingda LOGIN PASSWORD :'password';
CREATE DATABASE yingda OWNER yingda;
SQL
