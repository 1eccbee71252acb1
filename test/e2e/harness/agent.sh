# Keeps our programs running in the guest as the kubelet keeps its pods: with the folders of deploy/manifests/node/daemonset.yaml
# where the agent's container has them, and started again when they end, while the file /run/NAME.hold is not there.
cd /
. "$shared/node.env"
plugin=/var/lib/kubelet/plugins/topolvm.io/node
mkdir -p $plugin /var/lib/kubelet/plugins_registry /run/topolvm /registration /etc/topolvm
mountpoint -q /run/topolvm || mount --bind $plugin /run/topolvm
mountpoint -q /registration || mount --bind /var/lib/kubelet/plugins_registry /registration
cp "$shared/lvmd.yaml" /etc/topolvm/lvmd.yaml
export NATIVESTOR_NODE_NAME=$name

# keep NAME ARGUMENT…
keep() {
  kept=$1
  shift
  while true; do
    while [ -e "/run/$kept.hold" ]; do sleep 0.2; done
    "$node" "$program" "$@" >>"$shared/$kept.log" 2>&1 &
    echo $! >"/run/$kept.pid"
    wait $!
    echo "ended with status $?" >>"$shared/$kept.log"
    sleep 0.5
  done
}

# shellcheck disable=SC2046 # one argument a line, none with blanks
for kept in agent lvmd; do
  [ -s "$shared/$kept.args" ] && keep $kept $(cat "$shared/$kept.args") >/dev/null 2>&1 &
done
