# SPDX-License-Identifier: Apache-2.0
# What ./run and ./test share. Sourced, not run: every function ends the script with a sentence
# that helps when it cannot do its work.

# Bold on a terminal, plain elsewhere.
step() {
  if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}

give_up() {
  printf '\n%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 2
}

# packages SECTION...: the lines in these sections of tools/packages.txt: a name, and where there is
# one the command that does as well, however it came here.
packages() {
  for section in "$@"; do
    sed -n "/^\[$section\]/,/^\[/{s/#.*//;/^\[/d;s/[[:space:]]*\$//;/^\$/d;p}" \
      "$root/tools/packages.txt"
  done
}

# install_packages SECTION...: installs what is missing, and says first what and how large.
install_packages() {
  local missing=() package command
  while read -r package command; do
    [ -n "$command" ] && command -v "$command" >/dev/null && continue
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
      missing+=("$package")
  done < <(packages "$@")
  [ ${#missing[@]} -eq 0 ] && return

  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      give_up "these packages are missing and there is no sudo: run as root: apt install ${missing[*]}"
    sudo=(sudo)
  fi
  command -v apt-get >/dev/null ||
    give_up "this is not Debian: install what corresponds to: ${missing[*]}"

  step "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  local log
  log=$(mktemp)
  "${sudo[@]}" apt-get -qq update >"$log" 2>&1 ||
    give_up "the package lists cannot be read (is there a network?): $(tail -n 1 "$log")"
  LC_ALL=C apt-get --assume-no --no-install-recommends install "${missing[@]}" 2>/dev/null |
    grep -E '^(Need to get|After this operation)' || true
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends \
    -o Dpkg::Use-Pty=0 install "${missing[@]}" >"$log" 2>&1 ||
    give_up "apt could not install them: $(grep -m 1 '^E:' "$log"); the whole log is $log"
  rm -f "$log"
}

# build PRESET [TARGET...]: configures where needed and builds; the output shows only on failure.
build() {
  local preset=$1 log
  shift
  mkdir -p "$root/build"
  log="$root/build/$preset.log"
  cmake --preset "$preset" -S "$root" "${configure_options[@]}" >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; give_up "cmake could not configure; the whole log is $log"; }
  # Ninja's own progress on a terminal; elsewhere one line now and then.
  set -o pipefail
  (cd "$root" && cmake --build --preset "$preset" ${1:+--target "$@"} 2>&1) | tee -a "$log" |
    if [ -t 1 ]; then
      while IFS= read -r line; do printf '\r\033[K%.*s' "$(tput cols || echo 80)" "$line"; done; echo
    else
      awk '/^\[[0-9]+\/[0-9]+\]/ { split(substr($1, 2), n, "/"); if (n[1] % 20 == 0) { print; fflush() } next }'
    fi || { grep -A 8 -m 3 -E 'error|FAILED' "$log" >&2
            give_up "the build failed; the whole log is $log"; }
  set +o pipefail
}
configure_options=()
