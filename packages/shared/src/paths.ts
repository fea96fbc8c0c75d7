/** Where things are on an installed system (Filesystem Hierarchy Standard), and what keeps a directory from being made. */

export const DEFAULT_SOCKET_PATH = '/run/netwatcher/netwatcherd.sock'
export const DEFAULT_ADMIN_SOCKET_PATH = '/run/netwatcher/admin.sock'
export const DEFAULT_DAEMON_CONFIG_PATH = '/etc/netwatcher/netwatcherd.toml'
export const DEFAULT_DAEMON_STATE_DIR = '/var/lib/netwatcherd'
export const DEFAULT_WEB_CONFIG_PATH = '/etc/netwatcher/netwatcher-web.toml'
export const DEFAULT_WEB_STATE_DIR = '/var/lib/netwatcher'
export const DEFAULT_HTTP_HOST = '127.0.0.1'
export const DEFAULT_HTTP_PORT = 5000

/**
 * The directories on the way to a path, outermost first: `/a/b` gives `/a` and `/a/b`. They are made one by one,
 * because Node's recursive mkdir says ENOENT whatever is wrong further up, or tries for ever.
 */
export function directoriesTo(path: string): string[] {
  const ends = [...path.matchAll(/[^/]+/g)].map(({ index, 0: name }) => index + name.length)
  return ends.map((end) => path.slice(0, end))
}

const PATH_FAULTS: Partial<Record<string, string>> = {
  EACCES: 'this user may not write to it',
  EEXIST: 'a link in it leads nowhere',
  ENOTDIR: 'it is not a directory',
  EROFS: 'its file system is mounted read-only',
}

/** Why a path cannot be used, by the code of the system's error; undefined where its own message is better. */
export function pathFault(error: unknown): string | undefined {
  return PATH_FAULTS[(error as { code?: string }).code ?? '']
}
