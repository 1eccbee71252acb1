#!/bin/sh
# First process of a guest: a writable overlay over the host's read-only files, then the agent in it, or
# systemd, which starts the agent.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
insmod "/usr/lib/uml/modules/$(uname -r)/kernel/fs/overlayfs/overlay.ko"
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
root=/mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work $root
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -t cgroup2 none $root/sys/fs/cgroup
mount -t devtmpfs dev $root/dev
mkdir -p $root/dev/pts $root/dev/shm
mount -t devpts devpts $root/dev/pts
for dir in dev/shm run; do mount -t tmpfs tmpfs $root/$dir; done
# LVM's own folders are the host's: closed to an ordinary user, and not to be mixed with the guest's
for dir in archive backup devices; do
  [ -d "$root/etc/lvm/$dir" ] && mount -t tmpfs tmpfs "$root/etc/lvm/$dir"
done
mkdir -p $root/run/lock/lvm $root/run/lvm $root/lib/modules
ln -s "/usr/lib/uml/modules/$(uname -r)" "$root/lib/modules/$(uname -r)"
ip link set lo up
# the one folder shared with the host for writing: commands, what they print, and their statuses
shared=$(sed -n 's/.*guestdir=\([^ ]*\).*/\1/p' /proc/cmdline)
mkdir -p "$root/$shared" && mount -t hostfs -o "$shared" none "$root/$shared"
# pivot_root, not chroot: `nsenter -t 1 -m` has to find this root
mkdir -p $root/.old && cd $root && pivot_root . .old && umount -l /.old
cd /
first=agent
grep -q guestinit=systemd /proc/cmdline && first=systemd
exec /bin/sh "$shared/$first.sh" "$shared"
