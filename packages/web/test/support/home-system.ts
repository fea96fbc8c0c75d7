/**
 * The whole product over the home network of the lab: the daemon on its watcher,
 * the web app as a user of its own, and a page in Chromium that is signed in.
 */

import { createHomeNetwork, type HomeNetwork, type Place } from '../../../daemon/src/lab/home-network.js'
import { launchBrowser, openPage, type WatchedPage } from './browser.js'
import { type LabSystem, startLabSystem } from './lab-system.js'

const CONFIG = '[detection]\nlearning_minutes = 0\n[firewall]\nenabled = true\n'

export interface HomeSystem extends LabSystem {
  network: HomeNetwork
  watched: WatchedPage
}

/**
 * `port` is of this test alone: files may run beside each other. `settings` are of the web part, TOML.
 */
export async function startHomeSystem(port: number, place: Place, settings = ''): Promise<HomeSystem> {
  const ends: (() => unknown)[] = []
  const close = async () => {
    for (const end of ends.reverse()) await end()
  }
  try {
    const network = await createHomeNetwork(place)
    ends.push(() => network.close())
    const { lab, watcher } = network
    const product = await startLabSystem({ lab, watcher, config: CONFIG, settings, port })
    const end = product[Symbol.asyncDispose]
    ends.push(end)
    const browser = await launchBrowser()
    ends.push(() => browser.close())
    const watched = await openPage(browser, product.web.url)
    await watched.page.goto(product.web.loginLink)
    await watched.page.getByRole('navigation', { name: 'Pages' }).waitFor()
    return Object.assign(product, { network, watched, [Symbol.asyncDispose]: close })
  } catch (error) {
    await close()
    throw error
  }
}
