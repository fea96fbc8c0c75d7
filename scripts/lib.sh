# Shared by the scripts of this folder; sourced, not run.

say() { printf '\033[1m%s\033[0m\n' "netwatcher: $*" >&2; }

fail() {
  printf '\033[31m%s\033[0m\n' "netwatcher: $*" >&2
  exit 1
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
