# Starts systemd as the guest's first process, with the agent as a service and little beside it. The host's own services
# are none of the guest's.
shared=$1
mount -t tmpfs tmpfs /etc/systemd/system
units=/run/systemd/system
mkdir -p $units
for unit in systemd-firstboot.service systemd-journal-flush.service systemd-machine-id-commit.service systemd-sysusers.service \
  systemd-tmpfiles-setup.service systemd-tmpfiles-setup-dev.service systemd-binfmt.service systemd-random-seed.service \
  systemd-repart.service systemd-sysctl.service systemd-update-utmp.service systemd-pcrphase.service \
  systemd-pcrphase-sysinit.service systemd-ask-password-console.path systemd-ask-password-wall.path dev-hugepages.mount \
  dev-mqueue.mount proc-sys-fs-binfmt_misc.automount sys-fs-fuse-connections.mount sys-kernel-config.mount \
  sys-kernel-debug.mount sys-kernel-tracing.mount local-fs.target swap.target; do
  ln -sf /dev/null $units/$unit
done
cat >$units/guest-agent.service <<END
[Unit]
DefaultDependencies=no
After=systemd-udevd.service
[Service]
Environment=PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
ExecStart=/bin/sh $shared/agent.sh $shared
END
cat >$units/guest.target <<END
[Unit]
Wants=guest-agent.service systemd-udevd.service
END
exec /lib/systemd/systemd --system --unit=guest.target
