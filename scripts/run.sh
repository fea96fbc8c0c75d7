# Runs the daemon and the web app side by side; sourced by scripts/start and
# scripts/lab after scripts/lib.sh.

node=$(command -v node)

# Names of this run; a root shell gives the web app a user of its own.
prepare_users() {
  if [ "$(id -u)" -eq 0 ]; then
    group=netwatcher
    id -u netwatcher >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin netwatcher
    web_state=/var/lib/netwatcher
    web_user=(--user netwatcher)
  else
    group=$(id -gn)
    web_state=${XDG_STATE_HOME:-$HOME/.local/state}/netwatcher
    web_user=()
  fi
  # Packets are decoded by a user that can reach nothing, not even our own socket.
  id -u netwatcher-sensor >/dev/null 2>&1 ||
    as_root useradd --system --user-group --no-create-home --shell /usr/sbin/nologin netwatcher-sensor
}

# Starts a command as root and stops it when this script is gone, however that
# happened: the command's guard holds the other end of a pipe.
start_as_root() {
  [ "$(id -u)" -eq 0 ] || sudo -v || fail 'The daemon needs root: packet capture and the firewall do.'
  local directory
  directory=$(mktemp -d)
  mkfifo "$directory/lifeline"
  as_root scripts/guard "$@" <"$directory/lifeline" &
  daemon_pid=$!
  exec {lifeline}>"$directory/lifeline"
  rm -r "$directory"
}

start_web() {
  local socket=$1 state=$2
  "$node" packages/web/bin/netwatcher-web --socket "$socket" --state-dir "$state" "${web_user[@]}" "${web_args[@]}" </dev/null {lifeline}>&- &
  web_pid=$!
}

wait_for_socket() {
  local socket=$1 tries
  for ((tries = 0; tries < 150; tries++)); do
    [ -S "$socket" ] && return
    kill -0 "$daemon_pid" 2>/dev/null || fail 'The daemon did not start (its message is above).'
    sleep 0.1
  done
  fail 'The daemon did not open its socket within 15 seconds.'
}

# Either may have ended already.
stop_all() {
  trap - EXIT
  trap '' INT TERM
  if [ -n "${web_pid:-}" ]; then kill -TERM "$web_pid" 2>/dev/null || :; fi
  if [ -n "${lifeline:-}" ]; then exec {lifeline}>&-; fi
  wait || :
}
