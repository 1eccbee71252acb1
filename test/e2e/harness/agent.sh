# Keeps `nativestor node` running in the guest as the kubelet keeps its pod: with the folders of deploy/manifests/node/daemonset.yaml
# where its container has them, and started again when it ends. The file /run/agent.stop ends it for good.
cd /
. "$shared/node.env"
plugin=/var/lib/kubelet/plugins/topolvm.io/node
mkdir -p $plugin /var/lib/kubelet/plugins_registry /run/topolvm /registration /etc/topolvm
mountpoint -q /run/topolvm || mount --bind $plugin /run/topolvm
mountpoint -q /registration || mount --bind /var/lib/kubelet/plugins_registry /registration
cp "$shared/lvmd.yaml" /etc/topolvm/lvmd.yaml
rm -f /run/agent.stop
(
  while [ ! -e /run/agent.stop ]; do
    # shellcheck disable=SC2046 # one argument a line, none with blanks
    NATIVESTOR_NODE_NAME=$name "$node" "$program" $(cat "$shared/agent.args") >>"$shared/agent.log" 2>&1 &
    echo $! >/run/agent.pid
    wait $!
    echo "ended with status $?" >>"$shared/agent.log"
    sleep 0.5
  done
) >/dev/null 2>&1 &
