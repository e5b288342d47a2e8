#!/bin/sh
# Start nginx with nginx.conf of this folder where the replicas are other containers (compose.yaml): replace the
# addresses of one machine, and put temporary files into the working folder.
# usage: REPLICA_1=HOST:PORT REPLICA_2=HOST:PORT compose-proxy.sh NGINX_CONF WORKING_FOLDER
set -eu
conf=$1
folder=$2
: "${REPLICA_1:?is not set}" "${REPLICA_2:?is not set}"
temporary='client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;'
temporary="$temporary scgi_temp_path scgi;"

sed -e 's/listen 127\.0\.0\.1:8500;/listen 8500;/' \
    -e "s/server 127\.0\.0\.1:8501 /server $REPLICA_1 /" \
    -e "s/server 127\.0\.0\.1:8502 /server $REPLICA_2 /" \
    -e "s/^http {\$/http { $temporary/" \
    "$conf" > "$folder/nginx.conf"

for line in 'listen 8500;' "server $REPLICA_1 " "server $REPLICA_2 " 'scgi_temp_path scgi;'; do
    if ! grep -qF "$line" "$folder/nginx.conf"; then
        echo "compose-proxy.sh: no line of $conf became '$line': adapt compose-proxy.sh to it." >&2
        exit 1
    fi
done
exec nginx -e stderr -p "$folder" -c nginx.conf -g 'daemon off;'
