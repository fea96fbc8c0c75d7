/** Entry point of `netwatcherd`; bin/netwatcherd loads it. */

import { main } from './command-line.js'

process.exitCode = await main(process.argv.slice(2))
