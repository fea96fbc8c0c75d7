/** Entry point of `netwatcherd`; bin/netwatcherd loads it. */

import { main } from './command-line.js'
import { isCapAddonBuilt } from './os/cap-addon.js'
import { launchAgain, mustBeLaunched } from './os/launch-again.js'

const argv = process.argv.slice(2)
const isLaunchedFirst = argv[0] === 'replay' && mustBeLaunched() && isCapAddonBuilt()
process.exitCode = isLaunchedFirst ? await launchAgain() : await main(argv)
