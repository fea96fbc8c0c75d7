/**
 * `npm run lab`: the example network with netwatcherd in it, and a prompt to
 * try attacks from. Reads one command per line from standard input; ends, and
 * removes everything, at its end, at `quit` and at SIGINT or SIGTERM.
 *
 * Usage: main.js PLACE NETWATCHERD ARGUMENT…   (PLACE: mirror, switch or router)
 */

import { createInterface } from 'node:readline'
import { ATTACKS, stopAttack } from './attacks.js'
import {
  ATTACKER,
  createHomeNetwork,
  DEVICES,
  GATEWAY,
  type HomeNetwork,
  type Place,
  SUBNET,
  WATCHER,
} from './home-network.js'
import type { LabProcess } from './lab.js'

const say = (text: string) => process.stdout.write(`${text}\n`)

function help(): string {
  const width = Math.max(...Object.keys(ATTACKS).map((name) => name.length))
  const attacks = Object.entries(ATTACKS).map(
    ([name, { description }]) => `  attack ${name.padEnd(width)}  ${description}`,
  )
  return [
    ...attacks,
    `  ${'stop'.padEnd(width + 7)}  end the attack`,
    `  ${'hosts'.padEnd(width + 7)}  who is who`,
    `  ${'quit'.padEnd(width + 7)}  remove the network`,
  ].join('\n')
}

function describeHosts(): string {
  return [GATEWAY, WATCHER, ...DEVICES, ATTACKER]
    .map((host) => `  ${host.ip.padEnd(12)} ${host.mac}  ${host.name}`)
    .join('\n')
}

async function converse(network: HomeNetwork, commands: AsyncIterable<string>): Promise<void> {
  let running: LabProcess[] = []
  for await (const line of commands) {
    const [verb, name = ''] = line.trim().split(/\s+/)
    const attack = ATTACKS[name]
    if (verb === 'quit') break
    if (verb === 'hosts') say(describeHosts())
    else if (verb === 'stop' || (verb === 'attack' && attack)) {
      await stopAttack(network.lab, running)
      running = verb === 'attack' && attack ? await attack.start(network.lab) : []
      say(running.length > 0 ? `Attack under way: ${attack?.description}` : 'No attack is under way.')
    } else if (verb) say(help())
  }
}

async function main([place, ...daemon]: string[]): Promise<number> {
  const [file, ...args] = daemon
  if (!isPlace(place) || !file) {
    process.stderr.write('usage: main.js mirror|switch|router NETWATCHERD ARGUMENT…\n')
    return 2
  }
  const network = await createHomeNetwork(place)
  try {
    const netwatcherd = network.lab.start(network.watcher, [file, ...args])
    const lines = createInterface({ input: process.stdin })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => lines.close())
    void netwatcherd.done.then((code) => {
      say(`netwatcherd has ended with code ${code}.\n${netwatcherd.output.slice(-2000)}`)
      lines.close()
    })
    say(
      `A home network, ${SUBNET}, seen from ${network.watcher}:\n${describeHosts()}\nType one of:\n${help()}`,
    )
    await converse(network, lines)
    await netwatcherd.stop()
  } finally {
    await network.close()
  }
  return 0
}

function isPlace(text: string | undefined): text is Place {
  return text === 'mirror' || text === 'switch' || text === 'router'
}

process.exitCode = await main(process.argv.slice(2))
