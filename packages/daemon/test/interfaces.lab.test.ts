/** The daemon follows the machine's interfaces: new, renamed, deleted and made anew, with other addresses. */

import { Vantage } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { ScanPace } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../src/lab/lab.js'
import { Netwatcherd, waitUntil } from './support/netwatcherd.js'

const RUNNING = 3
/** From the change to frames being counted. */
const FOLLOW_LIMIT_MS = 5000

const watcher = { name: 'watcher', mac: '02:00:00:00:04:01', ip: '10.78.0.1' }

let lab: Lab
let netwatcherd: Netwatcherd

beforeAll(async () => {
  lab = await Lab.create({ medium: 'switch', hosts: [{ ...watcher, addresses: [`${watcher.ip}/24`] }] })
  netwatcherd = await Netwatcherd.start(lab, watcher.name)
})

afterAll(async () => {
  await netwatcherd?.close()
  await lab?.close()
})

function ip(command: string): Promise<string> {
  return lab.check(watcher.name, ['ip', ...command.split(' ')])
}

async function plugIn(name: string, address: string): Promise<void> {
  await ip(`link add ${name} type veth peer name peer0`)
  await ip(`address add ${address} dev ${name}`)
  await ip('link set peer0 up')
  await ip(`link set ${name} up`)
}

async function sensor(name: string) {
  const { sensors } = await netwatcherd.status()
  return sensors.find((one) => one.sensor?.interface === name)
}

async function waitForSensor(name: string, isWanted: (pid: number) => boolean = () => true): Promise<number> {
  await waitUntil(
    async () => {
      const now = await sensor(name)
      return now?.state === RUNNING && isWanted(now.pid)
    },
    FOLLOW_LIMIT_MS,
    () => `no sensor runs on ${name}`,
  )
  return (await sensor(name))?.pid ?? 0
}

test('alone on its link, it says that it sees nothing but its own traffic', async () => {
  await lab.run(watcher.name, ['ping', '-c', '1', '-W', '1', '10.78.0.99'])
  await waitUntil(
    async () => (await sensor('eth0'))?.vantage === Vantage.OWN_TRAFFIC,
    10_000,
    () => 'the place is not known',
  )
})

test('an interface that is plugged in is watched', async () => {
  await plugIn('usb0', '10.77.0.1/24')
  const pid = await waitForSensor('usb0')
  const user = await lab.check(watcher.name, ['cat', `/proc/${pid}/status`])
  expect(user).toMatch(/^Uid:\s+[1-9]/m)
  expect(await lab.check(watcher.name, ['cat', `/proc/${pid}/environ`])).toBe('')
})

test('a new address is scanned from', async () => {
  await ip('address add 10.76.0.1/24 dev usb0')
  await waitUntil(
    async () => {
      const hosts = await scannedHosts('10.76.0.0/30')
      return hosts.includes('10.76.0.1')
    },
    FOLLOW_LIMIT_MS,
    () => 'the new subnet is not known',
  )
})

test('a renamed interface is watched under its new name only', async () => {
  await ip('link set usb0 down')
  await ip('link set usb0 name usb1')
  await ip('link set usb1 up')
  await waitForSensor('usb1')
  expect(await sensor('usb0')).toBeUndefined()
})

test('one that is deleted and made anew at once is watched anew', async () => {
  const before = await waitForSensor('usb1')
  await ip('link delete usb1')
  await plugIn('usb1', '10.77.0.1/24')
  await waitForSensor('usb1', (pid) => pid !== before)
})

test('one that is deleted is forgotten', async () => {
  await ip('link delete usb1')
  await waitUntil(
    async () => (await sensor('usb1')) === undefined,
    FOLLOW_LIMIT_MS,
    () => 'usb1 is still listed',
  )
  expect((await netwatcherd.status()).sensors.length).toBe(1)
})

/** Empty when the daemon refuses the target. */
function scannedHosts(target: string): Promise<string[]> {
  const request = {
    interface: 'usb0',
    targets: [target],
    pace: ScanPace.FAST,
    allowLarge: false,
    ping: false,
  }
  return new Promise((resolve) => {
    const hosts: string[] = []
    const call = netwatcherd.discovery.scan(request)
    call.on('data', ({ result }) => {
      if (result?.$case === 'host') hosts.push(result.value.ip)
    })
    call.on('end', () => resolve(hosts))
    call.on('error', () => resolve([]))
  })
}
