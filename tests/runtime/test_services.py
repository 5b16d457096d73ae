"""The embedded services do what the product needs of them."""

import os

import psycopg
import redis


def test_the_database_has_vectors_in_a_schema_of_their_own() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT '[1,2]'::extensions.halfvec::text, current_setting('server_version_num')").fetchone()
    assert row is not None
    assert row[0] == "[1,2]"
    assert int(row[1]) >= 180000


def test_a_new_database_has_vectors_too() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh_one")
        fresh = psycopg.conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname="fresh_one")
        with psycopg.connect(fresh) as inside:
            assert inside.execute("SELECT '[3]'::extensions.vector::text").fetchone() == ("[3]",)
        connection.execute("DROP DATABASE fresh_one")


def test_the_broker_refuses_rather_than_forgets() -> None:
    with redis.Redis.from_url(os.environ["VALKEY_URL"]) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
