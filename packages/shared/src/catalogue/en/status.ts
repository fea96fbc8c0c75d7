/** What daemon, sensors and scans say of themselves. */

/** Why a sensor does not run. */
const captures = {
  capture_stopped: 'Stopped on request.',
  interface_down: 'The interface is down.',
  interface_absent: 'There is no such interface.',
  sensor_interface_gone: 'The capture ended: {error}',
  sensor_open_failed: 'The capture could not be opened: {error}',
  sensor_drop_failed: 'The sensor could not give up its rights: {error}',
  sensor_internal: 'The sensor failed: {error}',
  sensor_kept_rights: 'The sensor did not give up its rights.',
  sensor_ended: 'The sensor ended: {how}.',
  sensor_not_started: 'The sensor could not be started: {error}',
}

/** Why a privileged verb may not be used. */
const capabilities = {
  switched_off: 'Switched off in the configuration of netwatcherd ({setting}).',
  capture_needs_root: 'Capture needs root: netwatcherd was started without it.',
  nmap_missing: 'nmap is not installed.',
}

/** Why an interface is not watched. */
const leftOut = {
  scan_answered_for_all:
    '{mac} answers for every address: who is behind it cannot be told, and it is listed once.',
  guest_port: 'The bridge that it is a port of shows all of it.',
  too_many_interfaces: 'Only {count} interfaces are watched unless they are named in the configuration.',
}

/** How a scan ended, and what it left out. */
const scans = {
  scan_by_table: 'ARP was not sent: these are the neighbours that the kernel knows.',
  scan_cancelled: 'The scan was ended before it had asked everybody.',
  scan_failed: 'The scan of {interface} failed: {error}',
  scan_interface_lost: 'The interface went away during the scan.',
  scan_left_out: '{targets} was left out: it has too many addresses.',
  scan_no_mac: 'The interface has no hardware address to ask from.',
  scan_not_started: 'The scan failed.',
  scan_queue_full: 'Too many scans are waiting.',
  scan_sensor_lost: 'The sensor of {interface} ended during the scan.',
  scan_send_failed: 'Frames could not be sent: {error}',
  scan_takes_longer: 'The scan takes longer; these are the hosts found so far.',
  scan_too_wide:
    '{targets} has more than {limit} addresses, the most that are scanned: scan.max_addresses in the settings of netwatcherd.',
  scan_without_sensor: 'The sensor of {interface} is not running.',
}

/** What makes detection see less. */
const blindSpots = {
  alerts_acknowledged: 'Alerts that need not be told again: {count}.',
  capture_stopped_by_call: 'Somebody stopped watching {interface}; nothing is detected there.',
  advice_start_capture:
    'Start it again unless it was you. netwatcherd.toml can forbid this (group.stop_capture).',
  router_held_by: '{ip} belongs to {mac}, which has held it longest.',
  router_pinned_to: 'The router {ip} was pinned to {mac}; a lie of that device would not be told.',
  advice_check_pin:
    'Remove the pin unless the router was exchanged. netwatcherd.toml can forbid this (group.pin_bindings).',
}

/** Why events are missing. */
const gaps = {
  gap_journal_full: 'The journal was full and these events had not been read.',
  gap_not_arrived: 'The events did not arrive.',
  gap_sensor_ended: 'The sensor of {interface} ended with what it had not told yet.',
  gap_frames_dropped:
    'The kernel dropped frames of {interface} that its sensor did not read in time: {count}.',
  gap_restarted: 'The daemon was started again.',
}

/** That room runs short, and what became of databases before the present one. */
const databases = {
  disk_nearly_full:
    'The disk has only {free_mib} MiB left. Minutes are summed up to hours early, so that the rest lasts longer; when it is full, nothing new can be stored. Make room, or lower storage.budget_mib.',
  budget_nearly_full:
    'The database uses {used_mib} of the {budget_mib} MiB that it may (storage.budget_mib): minutes are summed up to hours early, and once the budget is used up the oldest goes before its time.',
  database_damaged:
    'The database was damaged and was set aside: names and notes of devices, traffic and alerts up to then are not shown any more. What can still be read of it, sqlite3 reads: sqlite3 {path} .recover | sqlite3 recovered.db. This notice stays for as long as {path} is there.',
  database_deleted:
    'The database was deleted or replaced while NetWatcher had it open: what was stored last is lost, and a new one was begun if none was put there. This notice stays for as long as {path} is there.',
}

/** Why the web part does not hear the daemon. */
const links = {
  daemon_not_reached: 'netwatcherd has not been reached yet.',
  daemon_connection_lost: 'The connection to netwatcherd was lost; it is being made again.',
  daemon_not_allowed:
    "The user of NetWatcher's web part is not in group netwatcher, so it may not open {path}.",
  daemon_no_socket: 'netwatcherd is not running: there is no socket at {path}.',
  daemon_no_answer: 'netwatcherd is not running: nobody answers at {path}.',
  daemon_not_a_socket: '{path} is not a socket.',
  daemon_socket_owner: '{path} belongs to user id {uid}, not to root, so it is not used.',
  daemon_timeout: 'netwatcherd did not answer in time.',
  daemon_call_failed: 'The call to netwatcherd failed.',
  daemon_version:
    'netwatcherd is version {version} and the web part is {own}: they work together when they are at most one minor version apart. Upgrade the older one.',
  daemon_twice:
    'The daemon that answers as {daemon} is the one of {other}: two sockets lead to it, or its state directory was copied.',
}

/** Why nothing can be stored now. */
const storage = {
  storage_full: 'The disk is full; nothing new can be stored until there is room.',
  storage_damaged: 'The database is damaged; NetWatcher starts again, sets it aside and begins a new one.',
  storage_read_only: 'The database cannot be written to.',
  storage_io: 'The disk is full or reports errors; storing is tried again.',
  storage_failing: 'Storing fails at present; it is tried again.',
}

export const status = {
  ...captures,
  ...capabilities,
  ...leftOut,
  ...scans,
  ...blindSpots,
  ...gaps,
  ...databases,
  ...links,
  ...storage,
}
