// Loads what was compiled, in the Node that will: an add-on for another one
// fails, or ends the process, here and not in a sensor. SQLite has to be the
// version that the tests ran with.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const SQLITE = '3.52.0'

const from = (name) =>
  createRequire(fileURLToPath(new URL(`../packages/${name}/package.json`, import.meta.url)))

const { Cap, becomeUser } = from('daemon')('cap')
const { notify } = from('daemon')('cap/build/Release/system.node')
if ([Cap, becomeUser, notify].some((part) => typeof part !== 'function'))
  throw new Error('cap is not the patched one')
const { Database } = from('web')('sqlite3')
const database = new Database(':memory:', (error) => {
  if (error) throw error
})
database.get('SELECT sqlite_version() AS version', (error, row) => {
  if (error) throw error
  if (row.version !== SQLITE) throw new Error(`SQLite is ${row.version}, and ${SQLITE} was tested`)
})
