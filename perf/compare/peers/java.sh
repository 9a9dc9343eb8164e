#!/bin/bash
# Starts a proxy of java/, which ../run has built into JAVA_PEERS with Maven.
. "$(dirname "$0")/common.sh"
: "${JAVA_PEERS:=$here/java/target}" "${PEER_JAVA_OPTS:=-Xms512m -Xmx512m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders}"
java=$("$here/../../../.mvn/find-jdk")/bin/java
export PORT BACKEND MODE CORES WORK ROUTES
exec "$java" $PEER_JAVA_OPTS --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$JAVA_PEERS/classes:$JAVA_PEERS/lib/*" "peers.${PEER}Proxy"
