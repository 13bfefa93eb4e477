"""One machine without Docker: embedded Postgres, the launcher of Airflow's components, `make demo` and `make psql`.

Everything here is for a laptop, a test or a demonstration; production has docker-compose.yaml. Servers started from
here listen on 127.0.0.1 or on a private Unix socket, and end with the command that started them.
"""
