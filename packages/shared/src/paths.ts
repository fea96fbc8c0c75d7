/** Where things are on an installed system (Filesystem Hierarchy Standard). */

export const DEFAULT_SOCKET_PATH = '/run/netwatcher/netwatcherd.sock'
export const DEFAULT_ADMIN_SOCKET_PATH = '/run/netwatcher/admin.sock'
export const DEFAULT_DAEMON_CONFIG_PATH = '/etc/netwatcher/netwatcherd.toml'
export const DEFAULT_DAEMON_STATE_DIR = '/var/lib/netwatcherd'
export const DEFAULT_WEB_CONFIG_PATH = '/etc/netwatcher/netwatcher-web.toml'
export const DEFAULT_WEB_STATE_DIR = '/var/lib/netwatcher'
export const DEFAULT_HTTP_HOST = '127.0.0.1'
export const DEFAULT_HTTP_PORT = 5000
