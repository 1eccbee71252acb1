# Makes a Kubernetes node of a guest: containerd, kubelet, volume groups. Run as root in the guest, after each boot.
# Files that it is given and logs are in the folder $shared; variables come from node.env in it.
set -e
cd /
. "$shared/node.env"
export PATH=$tools:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
for module in veth loop xfs btrfs; do modprobe -q $module || true; done
hostname "$name"
ip address add "$address/24" dev vec0
ip link set vec0 up
ip route add default via "$gateway"
mount --make-rshared /

# the system's disk: what containerd, kubelet and the agent keep over a reboot
blkid /dev/ubdb >/dev/null || mkfs.ext4 -q /dev/ubdb
mkdir -p /var/lib/system && mount /dev/ubdb /var/lib/system
for folder in containerd kubelet nativestor; do
  mkdir -p /var/lib/system/$folder /var/lib/$folder
  mount --bind /var/lib/system/$folder /var/lib/$folder
  mount --make-rshared /var/lib/$folder
done

# cAdvisor refuses to start without a clock speed, which this kernel does not print
sed '/^bogomips/i cpu MHz\t\t: 3000.000' /proc/cpuinfo >/run/cpuinfo
mount --bind /run/cpuinfo /proc/cpuinfo
echo "+cpu +memory +pids +io" >/sys/fs/cgroup/cgroup.subtree_control

mkdir -p /opt/cni/bin /etc/cni/net.d
cp /usr/lib/cni/* /opt/cni/bin/
cp "$shared/cni.conflist" /etc/cni/net.d/10-pods.conflist

# volume groups: made at the first boot, found at the others
sh -e "$shared/disks.sh"
vgchange -q -ay >/dev/null

containerd --config "$shared/containerd.toml" >>"$shared/containerd.log" 2>&1 &
until [ -S /run/containerd/containerd.sock ] && ctr version >/dev/null 2>&1; do sleep 0.2; done
for image in "$shared"/images/*.tar; do ctr -n k8s.io images import "$image" >/dev/null; done

kubelet --kubeconfig "$shared/kubelet.kubeconfig" --config "$shared/kubelet.yaml" --hostname-override "$name" \
  --node-ip "$address" --root-dir /var/lib/kubelet >>"$shared/kubelet.log" 2>&1 &
