import { NetWatcherError } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PortScanUpdate } from '../daemon/types.js'
import { readPorts } from './scan-ports.js'

const HEADER = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<!-- Nmap 7.93 scan initiated as: nmap -oX - <port> -->
<nmaprun scanner="nmap">`
const FINISHED = '<runstats><finished exit="success"/></runstats></nmaprun>\n'
const REPORT = `${HEADER}
<taskprogress task="Connect Scan" percent="12.50"/>
<host><ports>
<extraports state="closed" count="96"><extrareasons reason="conn-refused" count="96"/></extraports>
<port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/><service name="ssh" product="Open&lt;SSH&gt;" version="9.2p1&#10;&#x9b;[31m"/><cpe>cpe:/a</cpe></port>
<port protocol="tcp" portid="80"><state state="filtered"/></port>
<port protocol="tcp" portid="81"><state state="weird"/></port>
<port protocol="udp" portid="53"><state state="open"/></port>
<port protocol="tcp" portid="70000"><state state="open"/></port>
<port protocol="tcp"><state state="open"/></port>
<port protocol="tcp" portid="443"><state state="open"/><service name="${'x'.repeat(500)}"/></port>
</ports></host>
${FINISHED}`
const OUTCOME: PortScanUpdate = {
  kind: 'outcome',
  outcome: { rule: 'port_scan_finished', params: { count: '100' } },
}

async function* updates(text: string, ends: readonly number[] = []): AsyncGenerator<PortScanUpdate> {
  const bytes = Buffer.from(text)
  for (const [i, end] of [...ends, bytes.length].entries()) {
    yield { kind: 'output', bytes: bytes.subarray(ends[i - 1] ?? 0, end) }
  }
  yield OUTCOME
}

async function refusal(text: string): Promise<string> {
  const error = await readPorts(updates(text)).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(NetWatcherError)
  return error instanceof NetWatcherError ? `${error.reason} ${error.message}` : ''
}

test('the ports and the summary of a whole report', async () => {
  expect(await readPorts(updates(REPORT))).toEqual({
    ports: [
      { protocol: 'tcp', number: 22, state: 'open', service: 'ssh', version: 'Open<SSH> 9.2p1[31m' },
      { protocol: 'tcp', number: 80, state: 'filtered', service: '', version: '' },
      { protocol: 'tcp', number: 443, state: 'open', service: 'x'.repeat(200), version: '' },
    ],
    summary: { rule: 'port_scan_open_ports', params: { count: '100', open: '2' } },
  })
})

test('however the report is cut into chunks, the ports are the same', async () => {
  const whole = await readPorts(updates(REPORT))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(REPORT.length), { maxLength: 20 }), async (cuts) => {
      expect(
        await readPorts(
          updates(
            REPORT,
            cuts.sort((a, b) => a - b),
          ),
        ),
      ).toEqual(whole)
    }),
    { numRuns: 50 },
  )
})

test('a host that nmap gave up on is said to be slow', async () => {
  const { summary } = await readPorts(updates(`${HEADER}<host timedout="true"></host>${FINISHED}`))
  expect(summary).toEqual({ rule: 'port_scan_host_slow', params: {} })
})

test.each([
  ['nothing', '', 'document must contain a root element'],
  ['not XML', '<<<<>>>> not xml', 'disallowed character'],
  ['no end of the document', REPORT.replace('</nmaprun>', ''), 'unclosed tag'],
  ['no end of the scan', REPORT.replace('exit="success"', 'exit="error"'), 'nmap did not come to its end'],
  ['an entity of its own', `<!DOCTYPE nmaprun [<!ENTITY a "b">]><nmaprun>&a;</nmaprun>`, 'document type'],
  ['an external document type', `<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd"><nmaprun/>`, 'document type'],
  ['an unknown entity', '<nmaprun a="&xxe;"/>', 'undefined entity'],
  ['a character out of range', '<nmaprun a="&#9999999;"/>', 'malformed character entity'],
  ['an attribute twice', '<nmaprun a="1" a="2"/>', 'duplicate attribute'],
  ['deep nesting', '<a>'.repeat(500_000), 'nested too deeply'],
  [
    'no end of attributes',
    `<a ${Array.from({ length: 100_000 }, (_, i) => `a${i}=""`).join(' ')}/>`,
    'too many',
  ],
  [
    'no end of ports',
    `${HEADER}${'<port protocol="tcp" portid="1"><state state="open"/></port>'.repeat(1001)}`,
    'more ports',
  ],
  ['no end of text', `<nmaprun>${'x'.repeat(3_000_000)}`, 'too long'],
  ['no end of a value', `<nmaprun a="${'x'.repeat(3_000_000)}`, 'too long'],
  ['no end of a comment', `<!-- ${'- '.repeat(1_500_000)}`, 'too long'],
])('a report with %s is refused: %#', async (_, text, why) => {
  expect(await refusal(text)).toMatch(/^NMAP_REPORT nmap's report cannot be used: /)
  expect(await refusal(text)).toContain(why)
})

test('a report that cannot be read ends the scan, and nothing more is taken', async () => {
  let isEnded = false
  async function* endless(): AsyncGenerator<PortScanUpdate> {
    try {
      for (;;) yield { kind: 'output', bytes: Buffer.from('<<') }
    } finally {
      isEnded = true
    }
  }
  await expect(readPorts(endless())).rejects.toThrow('cannot be used')
  expect(isEnded).toBe(true)
})

test('a scan without its outcome is no result', async () => {
  async function* cut(): AsyncGenerator<PortScanUpdate> {
    yield { kind: 'output', bytes: Buffer.from(REPORT) }
  }
  await expect(readPorts(cut())).rejects.toThrow('ended before nmap did')
})

test('random markup gives ports or a refusal, nothing else', async () => {
  const markup = fc.string({
    unit: fc.constantFrom('<', '>', '"', '/', '&', ';', '#', '!', '-', '=', ' ', 'a', '1'),
  })
  await fc.assert(fc.asyncProperty(markup, async (text) => void (await refusal(text))))
})
