# Shared by the scripts of this folder; sourced, not run.

say() { printf '\033[1m%s\033[0m\n' "netwatcher: $*" >&2; }

fail() {
  printf '\033[31m%s\033[0m\n' "netwatcher: $*" >&2
  exit 1
}

# With --help: what the script says of itself at its beginning, and no more.
show_help() {
  case " $* " in *' --help '* | *' -h '*) ;; *) return 0 ;; esac
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "scripts/${0##*/}"
  exit
}

# Ends with a sentence unless the node of this shell can run NetWatcher.
check_node() {
  local needs='NetWatcher needs Node 20.19 or later.'
  local newer='On Debian 13, Ubuntu 26.04 and later: sudo apt-get install nodejs npm. On older ones: curl -fsSL https://deb.nodesource.com/setup_22.x -o setup_22.x && sudo bash setup_22.x && sudo apt-get install nodejs'
  if ! command -v node >/dev/null; then
    [ -z "${SUDO_USER:-}" ] || newer="If you have it where sudo does not look: sudo env \"PATH=\$PATH\" $0. Otherwise: $newer"
    fail "Node.js is not installed. $needs $newer"
  fi
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node $(node --version) is too old. $needs $newer"
}

# True when as_root will work; asks for the password where sudo wants one.
can_be_root() {
  [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && sudo -v; }
}

# Runs a command as root, asking through sudo when we are somebody else.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "This needs root, and sudo is not installed: $*"
  fi
}

# Digest of the sources below the given paths, without what is installed or built.
digest_of() {
  find "$@" \( -name node_modules -o -name dist -o -name dist-ui -o -name coverage \) -prune -o -type f ! -name '*.test.ts*' -print0 |
    sort -z | xargs -0 sha256sum | sha256sum
}
