#!/bin/sh
# Runs before every start of the stack, and is safe to repeat: databases, migrations, passwords, pools, the first user.
set -eu
python /opt/gospub/docker/prepare_databases.py
airflow db migrate
pool() {
    airflow pools get "$1" >/dev/null 2>&1 || airflow pools set "$1" "$2" "number of tokens and one more"
}
for network in $(python -c 'from gospub.platforms import NETWORKS; print(*NETWORKS)'); do
    slots=2 # one token
    for told in $GOSPUB_POOL_SLOTS; do
        [ "${told%%=*}" != "$network" ] || slots=${told#*=}
    done
    pool "gospub_$network" "$slots"
done
airflow users list --output plain | grep -qw admin ||
    airflow users create --username admin --role Admin --firstname gospub --lastname admin \
        --email admin@localhost.invalid --password "$AIRFLOW_ADMIN_PASSWORD" >/dev/null
echo "gospub is set up: sign in as admin with AIRFLOW_ADMIN_PASSWORD of .env; then add the connections gospub_vk, gospub_ok …"
