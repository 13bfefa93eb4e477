# gospub with Airflow: one image for all of docker-compose.yaml's Airflow services. Stage `sandbox` adds the stand-in
# for the platforms; production images do not carry it.
FROM python:3.12-slim-bookworm AS production

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    AIRFLOW_HOME=/opt/airflow \
    PYTHONPATH=/opt/gospub/config:/opt/gospub/plugins

RUN useradd --uid 50000 --gid 0 --home-dir /opt/airflow --create-home airflow \
    && mkdir -p /opt/airflow/logs /opt/gospub/registry \
    && chown -R airflow:0 /opt/airflow /opt/gospub/registry

WORKDIR /opt/gospub
COPY requirements.txt requirements-docker.txt ./
RUN pip install --no-deps -r requirements.txt -r requirements-docker.txt

COPY dags dags
COPY plugins plugins
COPY include include
COPY config config
COPY docker docker

USER airflow
CMD ["airflow", "version"]

FROM production AS sandbox
COPY sandbox sandbox
ENV PYTHONPATH=/opt/gospub
