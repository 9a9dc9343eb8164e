# Sourced by the checks: starts a gateway from what has been compiled, in a folder of its own.
#
#   start_gateway CONFIG [JVM FLAG ...]   sets $gateway (process) and $address (host:port of its first listener)

set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd -P)
work=$(mktemp -d)
jdk=$("$root/.mvn/find-jdk")
java=$jdk/bin/java
gateway=

# Of the engine alone; with rooms=plugins set before, of that room and all it needs.
class_path() {
  if [ "${rooms-}" = plugins ]; then
    list=$root/plugins/target/checks.classpath
    mkdir -p "$root/plugins/target"
    [ -f "$list" ] || (cd "$root" && ./mvnw -q -o -Pquick -pl plugins -am compile dependency:build-classpath \
      -DincludeScope=runtime -Dmdep.outputFile="$list" >/dev/null)
    printf '%s:%s' "$root/plugins/target/quick/classes" "$(cat "$list")"
    return
  fi
  classes=$root/engine/target/classes
  [ -d "$classes" ] || classes=$root/engine/target/quick/classes
  [ -d "$classes" ] || { echo "compile first: ./mvnw -Pquick -pl engine compile" >&2; exit 69; }
  list=$root/engine/target/checks.classpath
  [ -f "$list" ] || (cd "$root" && ./mvnw -q -o -pl engine dependency:build-classpath \
    -DincludeScope=runtime -Dmdep.outputFile="$list" >/dev/null)
  printf '%s:%s' "$classes" "$(cat "$list")"
}

start_gateway() {
  config=$1
  shift
  : > "$work/out.txt"
  "$java" "$@" -cp "$(class_path)" dev.penstock.engine.boot.Main run "$config" \
    > "$work/out.txt" 2> "$work/err.txt" &
  gateway=$!
  tries=0
  until grep -q 'http://' "$work/out.txt"; do
    tries=$((tries + 1))
    if [ $tries -gt 300 ] || ! kill -0 "$gateway" 2>/dev/null; then cat "$work/err.txt" >&2; exit 70; fi
    sleep 0.1
  done
  address=$(sed -n 's|.*http://\([0-9.:]*\).*|\1|p' "$work/out.txt" | head -n 1)
  admin=$(sed -n 's|^admin .*http://\([0-9.:]*\)/.*|\1|p' "$work/out.txt")
}

resident_kib() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$gateway/status"; }
peak_kib() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$gateway/status"; }

end() {
  if [ -n "$gateway" ]; then kill "$gateway" 2>/dev/null || true; wait "$gateway" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap end EXIT
