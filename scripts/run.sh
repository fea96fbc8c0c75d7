# Runs the daemon and the web app side by side; sourced by scripts/start and
# scripts/lab after scripts/lib.sh.

# As many as interfaces are watched (systemd/sysusers.conf has the same).
sensor_users=(netwatcher-sensor-{0..15})
# What systemd/netwatcherd.service leaves to root.
daemon_capabilities=+net_raw,+net_admin,+setuid,+setgid

# EX_TEMPFAIL of sysexits.h: the web app asks to be started again, because only
# a new start begins another database where one was lost.
start_again=75

# Names of this run; a root shell gives the web app a user of its own.
prepare_users() {
  node=$(command -v node)
  if [ "$(id -u)" -eq 0 ]; then
    group=netwatcher
    make_user netwatcher
    web_state=/var/lib/netwatcher
  else
    group=$(id -gn)
    web_state=${XDG_STATE_HOME:-$HOME/.local/state}/netwatcher
  fi
  # Packets are decoded by users that can reach nothing: not our socket, not each other.
  local name
  for name in "${sensor_users[@]}"; do make_user "$name"; done
}

make_user() {
  id -u "$1" >/dev/null 2>&1 ||
    as_root useradd --system --user-group --no-create-home --shell /usr/sbin/nologin "$1"
}

# A checkout has settings of its own, in itself: those in /etc are the services', and not for everybody to read.
settings_of() {
  if [ -e "$1.toml" ]; then echo "$1.toml"; else echo /dev/null; fi
}

# Ends, with a sentence of the web app's, where it would not start with its options and settings.
check_web_args() {
  node packages/web/bin/netwatcher-web --check-config --config "$(settings_of netwatcher-web)" "${web_args[@]}" >/dev/null
}

# What start_guarded starts ends when this script is gone, however that happened:
# each guard holds the other end of this pipe.
open_lifeline() {
  local directory
  directory=$(mktemp -d)
  mkfifo "$directory/pipe"
  exec {lifeline}<>"$directory/pipe" {guards}<"$directory/pipe"
  rm -r "$directory"
}

start_guarded() {
  "$@" <&"$guards" {guards}<&- {lifeline}>&- &
}

start_daemon() {
  local socket=$1
  can_be_root || fail "The daemon needs root: packet capture and the firewall do, and you may not use sudo. Ask an administrator to install it: sudo '$PWD/scripts/install' && sudo systemctl enable --now netwatcherd netwatcher-web"
  start_guarded as_root scripts/guard --cleanup scripts/confine "$node" root "$group" "$daemon_capabilities" \
    packages/daemon/bin/netwatcherd --config "$(settings_of netwatcherd)" --socket "$socket" --group "$group"
  daemon_pid=$!
}

start_web() {
  local program=packages/web/bin/netwatcher-web
  local options=(--config "$(settings_of netwatcher-web)" --socket "$1" --state-dir "$2" "${web_args[@]}")
  if [ "$(id -u)" -eq 0 ]; then
    "$node" "$program" --hand-over --user netwatcher "${options[@]}"
    start_guarded scripts/guard scripts/confine "$node" netwatcher netwatcher '' "$program" "${options[@]}"
  else
    start_guarded scripts/guard setpriv --no-new-privs --pdeathsig=TERM -- "$node" "$program" "${options[@]}"
  fi
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
