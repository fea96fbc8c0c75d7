/** GET /api/sniff, POST /api/sniff/start and stop: the sensors and what they counted. */

import { z } from 'zod'
import { interfaceName } from './fields.js'
import { uplinkSchema } from './internet.js'
import { bytes, count, daemonName, tableSchema, text, timeMs } from './values.js'

/** Without an interface: all of them. */
export const sniffBody = z.strictObject({ interface: interfaceName.optional() })

export const sensorSchema = z.object({
  daemon: daemonName,
  interface: text,
  state: z
    .enum(['stopped', 'starting', 'running', 'retrying'])
    .describe('Retrying: it died or its interface is down; it is started again'),
  detail: text.describe('Why it does not run; empty when it does'),
  packets: count.describe('Frames that libpcap delivered since the sensor started'),
  bytes: bytes.describe('Bytes of those frames, without FCS'),
  dropped: count.describe('Frames that the kernel dropped because the ring was full'),
  interfaceDropped: count.describe('Frames that the interface itself reports as dropped'),
  malformed: count.describe('Frames whose headers contradict themselves'),
  overflowed: count.describe('Frames accounted as "other" because a table was full'),
  flows: count.describe('Entries in the flow table'),
  flowCapacity: count.describe('Entries that the flow table has room for'),
  vantage: z
    .enum(['switch_port', 'mirror', 'gateway', 'own_traffic', 'unknown'])
    .describe('What the place of the interface lets it see'),
  foreignUnicast: count.describe('Unicast frames seen between two other machines'),
  probesSent: count.describe('ARP, ND and forwarding probes'),
  kernelPackets: count.describe("The kernel's own count of the interface's frames"),
  kernelBytes: bytes.describe("The kernel's own count of the interface's bytes"),
  pid: count.describe('Process of the sensor'),
  uid: count.describe('User that it runs as'),
  rssBytes: bytes.describe('Resident memory in bytes'),
  restarts: count.describe('Times that it was started again'),
  startedMs: timeMs.describe('Milliseconds since 1970-01-01 UTC; 0 when it has not started'),
  learningUntilMs: timeMs.describe('End of the learning period, milliseconds since 1970-01-01 UTC'),
  tables: z.array(tableSchema).describe('The tables that are fed from the wire'),
  decoys: z
    .array(
      z.object({
        ip: text,
        state: z
          .enum(['probing', 'held', 'withdrawn'])
          .describe('Probing: whether anybody has it is being looked at; withdrawn: somebody claims it'),
        claimant: text.describe('MAC of who claims the address; empty while nobody does'),
      }),
    )
    .describe('Addresses that nobody uses and the sensor answers for'),
  hellos: z
    .object({
      named: count.describe('With the name of the server in clear'),
      veiled: count.describe(
        'With a name, but offering an encrypted hello, so that it may be that of a cover',
      ),
      split: count.describe('The name was not in the part that was seen'),
      unnamed: count.describe('Whole, and without a name'),
    })
    .describe('Hellos of TLS and QUIC clients since the sensor started, by what was to be learnt from them'),
  uplink: uplinkSchema.nullable().describe('Null where it is not watched'),
})
export type SensorStatus = z.infer<typeof sensorSchema>

export const snifferSchema = z.object({
  running: z.boolean().describe('True when at least one sensor runs'),
  sensors: z.array(sensorSchema),
})
export type SnifferStatus = z.infer<typeof snifferSchema>
