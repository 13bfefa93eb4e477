"""Make and migrate the stack's databases and give their roles the passwords of the environment; safe to repeat."""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from gospub.warehouse.migrate import migrate

PASSWORDS = {
    "airflow": "AIRFLOW_DB_PASSWORD",
    "gospub_loader": "GOSPUB_LOADER_PASSWORD",
    "gospub_analyst": "GOSPUB_ANALYST_PASSWORD",
}


def ensure_databases(dsn: str) -> None:
    """Make the role and database of Airflow and the warehouse's database unless they exist."""
    connection = psycopg2.connect(urlunsplit(urlsplit(dsn)._replace(path="/postgres")))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'airflow'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE ROLE airflow LOGIN")
        for database, owner in (("airflow", "airflow"), ("gospub", "postgres")):
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %(name)s", {"name": database})
            if cursor.fetchone() is None:
                names = (sql.Identifier(database), sql.Identifier(owner))
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    connection.close()


def set_passwords(dsn: str) -> None:
    """Give each role its password, so that a changed .env takes effect at the next start."""
    passwords = {role: os.environ[variable] for role, variable in PASSWORDS.items()}
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        for role, password in passwords.items():
            statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
            cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
    connection.close()


def main() -> None:
    """Databases first, then the warehouse's schema (which makes its roles), then passwords."""
    dsn = os.environ["GOSPUB_ADMIN_DSN"]
    ensure_databases(dsn)
    migrate(dsn)
    set_passwords(dsn)
    print("databases are there, migrated, and their roles have the passwords of .env")


if __name__ == "__main__":
    main()
