# Runs what the host asks for. A line `ID` on the serial line starts the script `ID.sh` of the shared folder; its output
# and status go to files beside it, and the line `done ID` goes back.
shared=$1
cd /
for module in dm-thin-pool dm-snapshot dm-raid raid1 raid10 raid456 dm-flakey; do modprobe -q $module; done
[ -S /run/udev/control ] || /lib/systemd/systemd-udevd --daemon 2>/dev/null
udevadm trigger
udevadm settle
stty -F /dev/ttyS0 raw -echo
exec 3<>/dev/ttyS0
echo ready >&3
while read -r id <&3; do
  [ "$id" = halt ] && break
  (
    sh "$shared/$id.sh" </dev/null >"$shared/$id.out" 2>"$shared/$id.err" 3>&-
    echo $? >"$shared/$id.status"
    echo "done $id" >&3
  ) &
done
vgchange -an >/dev/null 2>&1
sync
halt -f
