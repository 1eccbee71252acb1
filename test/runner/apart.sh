# Called in new namespaces of mounts and processes: makes them those of the command that follows, and runs it. `unshare
# --mount-proc` would do, but it fails where the root is no mount point, as after a chroot(8).
set -e
# What is mounted here stays here. The fifth field of proc_pid_mountinfo(5) is where a mount is, a blank in it \040;
# one that another one covers cannot be reached, and nothing can be mounted in it either.
while read -r _ _ _ _ point _; do
  mount --make-private "$(printf '%b' "$point")" 2>/dev/null || true
done </proc/self/mountinfo
mount -t proc proc /proc
exec "$@"
