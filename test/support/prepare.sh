#!/bin/sh
# Runs at the end of `npm ci`, and only where the pinned Node does not start: it is linked with a small library that a
# bare Debian lacks. Installs it where that can be done without asking, else names the line to type.
line='apt-get update && apt-get install -y --no-install-recommends libatomic1'
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Node needs Debian's libatomic1, which is not here; installing it ($line)"
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libatomic1 >/dev/null
else
  echo "The Node that npm ci brought does not start; on Debian type: sudo sh -c '$line'" >&2
  exit 1
fi
