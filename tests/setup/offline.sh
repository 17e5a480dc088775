#!/bin/sh
# Runs a command in a network namespace that has a loopback and no routes: proof that nothing is fetched after set-up.
#   sh tests/setup/offline.sh ./postern demo
# Where the system forbids namespaces (rootless containers, macOS) it says so and runs the command as it is.
set -eu

# As root directly; else through a user namespace, where the caller is root.
for how in '-n' '-rn'; do
    # shellcheck disable=SC2086
    if unshare $how sh -c 'ip link set lo up' 2>/dev/null; then
        exec unshare $how sh -eu -c '
            ip link set lo up
            if ip route get 192.0.2.1 >/dev/null 2>&1; then
                echo "offline.sh: this namespace has a route; it proves nothing" >&2
                exit 1
            fi
            echo "offline.sh: no routes: $*" >&2
            exec "$@"' offline "$@"
    fi
done
echo "offline.sh: this system allows no network namespace; running with the network as it is" >&2
exec "$@"
