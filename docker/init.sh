#!/bin/sh
# Runs before every start of the stack, and is safe to repeat: databases, migrations, passwords, pools, the first user.
set -eu
python /opt/gospub/docker/prepare_databases.py
airflow db migrate
airflow pools get gospub_vk >/dev/null 2>&1 ||
    airflow pools set gospub_vk "$GOSPUB_VK_POOL_SLOTS" "VK: number of tokens and one more"
airflow users list --output plain | grep -qw admin ||
    airflow users create --username admin --role Admin --firstname gospub --lastname admin \
        --email admin@localhost.invalid --password "$AIRFLOW_ADMIN_PASSWORD" >/dev/null
echo "gospub is set up: sign in as admin with AIRFLOW_ADMIN_PASSWORD of .env; then add the connection gospub_vk"
