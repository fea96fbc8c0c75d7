import { expect, test } from 'vitest'
import type { ClueSource } from '../clues.js'
import type { MacProfile } from './marks.js'
import { isOfOneMachine } from './name-kinds.js'
import { suggestInSteps, suggestSameDevices } from './suggest.js'

const HOUR = 3_600_000
let made = 0

/** There from one hour to another, with what it says of itself. */
function phone(
  fromHour: number,
  toHour: number,
  said: Partial<Record<ClueSource, string>>,
  change: Partial<MacProfile> = {},
): MacProfile {
  made++
  const clues = Object.entries(said).map(([source, value]) => ({ source: source as ClueSource, value }))
  return {
    mac: `02:00:00:00:00:${made.toString(16).padStart(2, '0')}`,
    ips: [`10.0.0.${made}`],
    names: [],
    clues,
    firstSeenMs: fromHour * HOUR,
    lastSeenMs: toHour * HOUR,
    ...change,
  }
}

const ANDROID = '1,3,6,15,26,28,51,58,59,43'
const IOS = '1,121,3,6,15,114,119,252'

test.each([
  'Annas-iPhone',
  'DESKTOP-K3V9Q1T',
  'android-f7ca0f571270c52d',
  'iPhone von Jörg',
  'Büro',
  'adb-27021FDH200461-Idi6fc',
])('%s is the name of one machine', (name) => expect(isOfOneMachine(name)).toBe(true))

test.each([
  'iPhone',
  'iPad-2',
  'Galaxy-S22',
  'Pixel-7',
  'Redmi-Note-10-Pro',
  'SM-G991B',
  'Android.local',
  'localhost',
  'OnePlus-8T',
  'android-dhcp-13',
  '',
])('%s is the name of a model', (name) => expect(isOfOneMachine(name)).toBe(false))

test.each<[string, MacProfile, MacProfile, boolean]>([
  ['its name', phone(0, 1, { dhcp_12: 'Annas-iPhone' }), phone(2, 3, { dhcp_12: 'Annas-iPhone' }), true],
  [
    'a service with its serial number',
    phone(0, 1, { mdns_instance: 'adb-27021FDH200461-x._adb._tcp' }),
    phone(2, 3, { mdns_instance: 'adb-27021FDH200461-x._adb._tcp' }),
    true,
  ],
  [
    'a client identifier that is no MAC',
    phone(0, 1, { dhcp_61: 'ff00112233445566778899aabb' }),
    phone(2, 3, { dhcp_61: 'ff00112233445566778899aabb' }),
    true,
  ],
  [
    'its NetBIOS name',
    phone(0, 1, { nbns_name: 'K3V9Q1TX<20>' }),
    phone(2, 3, { nbns_name: 'K3V9Q1TX<20>' }),
    true,
  ],
  [
    'the address that it had, of the only one of its model',
    phone(0, 1, { dhcp_12: 'iPhone', dhcp_55: IOS }, { ips: ['10.0.0.99'] }),
    phone(2, 3, { dhcp_12: 'iPhone', dhcp_55: IOS }, { ips: ['10.0.0.99'] }),
    true,
  ],
  [
    'the name of a model',
    phone(0, 1, { dhcp_12: 'Pixel-7', dhcp_55: ANDROID }),
    phone(2, 3, { dhcp_12: 'Pixel-7', dhcp_55: ANDROID }),
    false,
  ],
  [
    'a name, while both are there',
    phone(0, 3, { dhcp_12: 'Annas-iPhone' }),
    phone(2, 4, { dhcp_12: 'Annas-iPhone' }),
    false,
  ],
  [
    'a name, on two systems',
    phone(0, 1, { dhcp_12: 'Annas', dhcp_55: IOS }),
    phone(2, 3, { dhcp_12: 'Annas', dhcp_55: ANDROID }),
    false,
  ],
  [
    'a name, with serial numbers that differ',
    phone(0, 1, { dhcp_12: 'lab-phone', mdns_instance: 'adb-111111A-x._adb._tcp' }),
    phone(2, 3, { dhcp_12: 'lab-phone', mdns_instance: 'adb-222222B-y._adb._tcp' }),
    false,
  ],
  [
    'a work group',
    phone(0, 1, { nbns_name: 'VERWALTUNG<00>' }),
    phone(2, 3, { nbns_name: 'VERWALTUNG<00>' }),
    false,
  ],
  [
    'a client identifier that is the MAC',
    phone(0, 1, { dhcp_61: '01020000000001' }),
    phone(2, 3, { dhcp_61: '01020000000001' }),
    false,
  ],
  [
    'a name, with MACs that makers gave',
    phone(0, 1, { dhcp_12: 'server7' }, { mac: '00:11:22:33:44:01' }),
    phone(2, 3, { dhcp_12: 'server7' }, { mac: '00:11:22:33:44:02' }),
    false,
  ],
])('two MACs that share %s', (_what, one, other, isSuggested) => {
  const found = suggestSameDevices([other, one])
  expect(found.map(({ mac, earlierMac }) => [mac, earlierMac])).toEqual(
    isSuggested ? [[other.mac, one.mac]] : [],
  )
})

test("a name that two bore at the same time is nobody's, also for a third one", () => {
  const said = { dhcp_12: 'schoolphone' }
  expect(suggestSameDevices([phone(0, 3, said), phone(1, 2, said), phone(4, 5, said)])).toEqual([])
})

test('an address is no reason while another one of the model was there, too', () => {
  const said = { dhcp_12: 'iPhone', dhcp_55: IOS }
  const ips = ['10.0.0.99']
  expect(
    suggestSameDevices([phone(0, 1, said, { ips }), phone(0, 9, said), phone(2, 3, said, { ips })]),
  ).toEqual([])
})

test('whoever looks in steps finds the same, and may pause at every device', () => {
  const crowd = Array.from({ length: 100 }, (_, n) =>
    phone(2 * n, 2 * n + 1, {}, { names: [`phone-of-${n >> 1}`] }),
  )
  const steps = suggestInSteps(crowd)
  let pauses = 0
  let step = steps.next()
  for (; !step.done; step = steps.next()) pauses++
  expect(step.value).toEqual(suggestSameDevices(crowd))
  expect(pauses).toBeGreaterThanOrEqual(crowd.length)
})
