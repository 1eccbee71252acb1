#!/bin/sh
# collect.sh TARGET PROGRAM…: makes a root file system of these programs of this one, with the libraries that they load, the
# files that they read, the licences, and the list of packages in a form that scanners for vulnerabilities know.
set -eu
target=$1
shift

mkdir -p "$target"
cd "$target"
mkdir -p usr/bin usr/sbin usr/lib usr/lib64 etc proc sys dev run tmp var/lib/dpkg/status.d
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$folder"; done
ln -s /run var/run
chmod 1777 tmp

# the path that a file has where /bin, /sbin and /lib are parts of /usr
merged() {
  case $1 in /usr/*) echo "$1" ;; *) echo "/usr$1" ;; esac
}

# package_of FILE: dpkg knows files by the path that they were packed with
package_of() {
  for path in "$1" "$(merged "$1")" "${1#/usr}"; do
    dpkg-query -S "$path" 2>/dev/null | sed 's/:.*//' | head -n 1 | grep . && return
  done || true
}

# take FILE: it, and what it is a link to
take() {
  path=$(merged "$1")
  [ -e ".$path" ] && return
  mkdir -p ".$(dirname "$path")"
  cp -d "$1" ".$path"
  package_of "$1" >>/tmp/packages
  if [ -L "$1" ]; then take "$(dirname "$1")/$(readlink "$1")"; fi
}

: >/tmp/packages
for program in "$@"; do
  file=$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v "$program") || { echo "collect.sh: there is no $program" >&2; exit 1; }
  real=$(realpath "$file")
  case $(head -c 2 "$real") in '#!') echo "collect.sh: $program is a script, and there is no shell" >&2; exit 1 ;; esac
  take "$real"
  [ "$(merged "$file")" = "$(merged "$real")" ] || ln -sf "$(merged "$real")" ".$(merged "$file")"
  # LIBRARY => FILE (ADDRESS), and the loader by its FILE alone
  ldd "$real" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' >/tmp/libraries
  while read -r library; do
    case $library in
      /lib64/*) mkdir -p usr/lib64 && cp -L "$library" usr/lib64/ ;;
      *) take "$library" && cp -L "$(realpath "$library")" ".$(merged "$library")" ;;
    esac
  done </tmp/libraries
done

# what the programs read
for file in /etc/mke2fs.conf /etc/lvm/lvm.conf /etc/lvm/profile; do
  mkdir -p ".$(dirname $file)" && cp -r "$file" ".$file"
done
ln -s /proc/self/mounts etc/mtab
echo 'hosts: files dns' >etc/nsswitch.conf
printf 'root:x:0:0:root:/:/nonexistent\nnativestor:x:10000:10000:NativeStor:/nonexistent:/nonexistent\n' >etc/passwd
printf 'root:x:0:\ndisk:x:6:\nnativestor:x:10000:\n' >etc/group
cp /etc/os-release etc/os-release

sort -u /tmp/packages | while read -r package; do
  dpkg-query -s "$package" >"var/lib/dpkg/status.d/$package"
  mkdir -p "usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "usr/share/doc/$package/" || true
done
