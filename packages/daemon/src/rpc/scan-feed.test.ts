import type { ScanResponse } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { expect, test } from 'vitest'
import type { HostFound } from '../model/host.js'
import { ScanFeed } from './scan-feed.js'

const HOST: HostFound = {
  ip: '10.0.0.1',
  mac: '02:00:00:00:00:01',
  evidence: 'arp_request',
  seenMs: 1,
  vlan: 0,
  interface: 'eth0',
  isSelf: false,
  isGateway: false,
}

/** A caller who reads one message at a time, when told to, and may go. */
function setUp() {
  const gone = new AbortController()
  const sent: ScanResponse[] = []
  let take = () => {}
  const stream = {
    signal: gone.signal,
    write: (message: ScanResponse) => {
      sent.push(message)
      return new Promise<void>((resolve) => {
        take = resolve
      })
    },
  }
  return { feed: new ScanFeed(stream, 'd'.repeat(32)), sent, gone, take: () => take() }
}

test('hosts wait for a slow caller in order, of the progress only the newest state', async () => {
  const { feed, sent, take } = setUp()
  feed.onHost(HOST)
  for (const asked of [1, 2, 3]) feed.onProgress({ asked, total: 3, found: 1 })
  feed.onHost({ ...HOST, ip: '10.0.0.2' })
  for (let i = 0; i < 3; i++) {
    take()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(sent.map(({ result }) => result?.$case)).toEqual(['host', 'progress', 'host'])
  expect(sent[1]?.result?.value).toMatchObject({ asked: 3 })
})

test('nothing is kept for a caller who has gone', async () => {
  const { feed, sent, gone, take } = setUp()
  feed.onHost(HOST)
  gone.abort()
  take()
  await feed.flushed()
  for (let i = 0; i < 1000; i++) feed.onHost(HOST)
  expect(sent).toHaveLength(1)
  expect(feed.waiting).toBe(0)
})
