/** Serves everything below a path, too: for a reverse proxy that hands paths on as they are. */

import { Hono } from 'hono'

export function below(basePath: string, app: Hono): Hono {
  if (basePath === '') return app
  const outer = new Hono()
  outer.get(basePath, (c) => c.redirect(`${basePath}/`))
  outer.mount(basePath, app.fetch)
  outer.mount('/', app.fetch)
  return outer
}
