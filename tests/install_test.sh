#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An installed sengi works without the tree it was built from: install_test.sh BUILD_FOLDER
set -eu
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
cmake --install "$1" --prefix "$prefix" >/dev/null

for part in bin/sengi lib/sengi/sengi_cycles.so share/sengi/boards/mps2-an386.toml \
  share/sengi/device/include/sengi/fixed_point.h share/sengi/firmware/ports/port.h; do
  [ -f "$prefix/$part" ] || { echo "$part was not installed"; exit 1; }
done
"$prefix/bin/sengi" --version
"$prefix/bin/sengi" boards | grep -q mps2-an386

# What it reads is what was installed: a board that only the installed copy has is listed.
sed 's/^title.*/title = "the installed one"/' "$prefix/share/sengi/boards/mps2-an386.toml" \
  >"$prefix/share/sengi/boards/installed-only.toml"
"$prefix/bin/sengi" boards | grep -q installed-only
