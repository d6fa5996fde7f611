#!/bin/sh
# Unpacks Debian's nft and iptables, with the libraries they need, into a folder: packages.sh FOLDER. For an image without a package manager.
set -eu
mkdir -p "$1/usr"
folder=$(cd "$1" && pwd)
debs=$(mktemp -d)
cd "$debs"
# libc is in the image already: Node.js needs it too.
needed=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances nftables iptables |
  grep '^[a-z]' | grep -Ev '^(libc6|gcc-[0-9.]+-base|libgcc-s1|debconf|netbase|debconf-2.0|cdebconf)$' | grep -E '^(nftables|iptables|lib)')
apt-get download -q $needed
for deb in *.deb; do dpkg-deb -x "$deb" "$debs/root"; done
# Where /lib and /sbin are folders of their own, they go below /usr, as in every image with the current layout.
for old in lib sbin bin; do
  if [ -d "root/$old" ] && [ ! -L "root/$old" ]; then
    mkdir -p "root/usr/$old"
    cp -a "root/$old/." "root/usr/$old/"
  fi
done
rm -rf root/usr/share
cp -a root/usr/. "$folder/usr/"
# What the alternatives of Debian would choose.
for family in iptables ip6tables; do
  ln -sf xtables-nft-multi "$folder/usr/sbin/$family-nft-save"
  ln -sf xtables-legacy-multi "$folder/usr/sbin/$family-legacy-save"
done
rm -rf "$debs"
