import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { closeServer, createHttpServer, listen } from './http-server.js'

test('half a request is given up after seconds, a slow one after half a minute', async () => {
  const server = createHttpServer((_request, response) => response.end('ok'), [])
  const { port } = await listen(server, '127.0.0.1', 0)
  const startedMs = performance.now()
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  socket.write('GET / HTTP/1.1\r\nHost: half\r\n')
  await new Promise((resolve) => socket.once('close', resolve))
  expect(performance.now() - startedMs).toBeLessThan(20_000)
  expect(server.requestTimeout).toBe(30_000)
  await closeServer(server)
})
