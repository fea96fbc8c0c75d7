import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { endpoint, listenerUid, parseTcpTable, readTcpTable } from './tcp-table.js'

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'

const servers = new Set<ReturnType<typeof createServer>>()
afterEach(() => {
  for (const server of servers) server.close()
  servers.clear()
})

async function listen(host: string): Promise<number> {
  const server = createServer()
  servers.add(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

test('a table is read, without sockets that nobody holds', () => {
  const table = parseTcpTable(
    `${HEAD}   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 4711 1 0
   1: 0100007F:1388 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0
   2: 0100007F:D2F0 0100007F:1388 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0
`,
  )
  expect(table).toEqual([
    { local: '0100007F:1388', remote: '00000000:0000', isListening: true, uid: 998 },
    { local: '0100007F:1388', remote: '0100007F:D2F0', isListening: false, uid: 1000 },
  ])
})

test.each(['127.0.0.1', '::1'])('who listens on %s is found in the real one', async (ip) => {
  const port = await listen(ip)
  expect(listenerUid(readTcpTable(), ip, port)).toBe(process.getuid?.())
  for (const server of servers) await new Promise((resolve) => server.close(resolve))
  expect(listenerUid(readTcpTable(), ip, port)).toBeNull()
})

test('an IPv4 client of an IPv6 socket is IPv4 in the table', () => {
  expect(endpoint('::ffff:127.0.0.1', 5000)).toBe(endpoint('127.0.0.1', 5000))
})
