#!/bin/sh
# Makes what compose.scale.yaml must not have in it: passwords, the operator's token, a certificate that signs itself.
# What is there is kept, so that it may be run again, and a certificate of one's own may be put in its place.
set -eu
folder="$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)/secrets"
umask 077
mkdir -p "$folder"
cd "$folder"

if [ ! -f vneid.env ]; then
  database=$(openssl rand -hex 24)
  redis=$(openssl rand -hex 24)
  operator=$(openssl rand -hex 24)
  printf 'POSTGRES_PASSWORD=%s\n' "$database" > postgres.env
  printf 'REDISCLI_AUTH=%s\n' "$redis" > redis.env
  nodes=
  for last in 11 12 13 14 15 16; do nodes="$nodes,redis://default:$redis@10.231.94.$last:6379"; done
  {
    printf 'VNEID_DATABASE_URL=postgres://vneid:%s@postgres/vneid\n' "$database"
    printf 'VNEID_REDIS_URL=%s\n' "${nodes#,}"
    printf 'VNEID_OPERATOR_TOKEN=%s\n' "$operator"
  } > vneid.env
fi

if [ ! -f tls.key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout tls.key -out tls.crt 2>/dev/null
  # the user of nginx reads it through a mount; on this machine the folder keeps others out
  chmod 644 tls.key tls.crt
fi
echo "in $folder: $(ls | tr '\n' ' ')"
