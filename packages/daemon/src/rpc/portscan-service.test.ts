import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentials, Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js'
import { NetWatcherError } from '@netwatcher/shared'
import {
  type PortScanServiceClient as Client,
  PortScanProfile,
  PortScanServiceClient,
  type ScanPortsResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/portscan'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PortScanner } from '../portscan/port-scanner.js'
import { Handlers } from './handlers.js'
import { createPortScanService } from './portscan-service.js'

const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const OUTCOME = { rule: 'port_scan_finished', params: { count: '100' } }

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-portscan-'))
const address = `unix:${join(directory, 'socket')}`
const server = new Server()
const client: Client = new PortScanServiceClient(address, credentials.createInsecure())
let scan: PortScanner['scan'] = async () => OUTCOME

beforeAll(async () => {
  const scanner = { scan: (...args: Parameters<PortScanner['scan']>) => scan(...args) }
  const { definition, implementation } = createPortScanService({ handlers: new Handlers(LOG), scanner })
  server.addService(definition, implementation)
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    )
  })
})

afterAll(() => {
  client.close()
  server.forceShutdown()
  rmSync(directory, { recursive: true })
})

function call(profile: PortScanProfile): Promise<ScanPortsResponse['result'][] | ServiceError> {
  return new Promise((resolve) => {
    const results: ScanPortsResponse['result'][] = []
    const stream = client.scanPorts({ ip: '192.168.1.7', profile })
    stream.on('data', (response: ScanPortsResponse) => results.push(response.result))
    stream.on('end', () => resolve(results))
    stream.on('error', (error: ServiceError) => resolve(error))
  })
}

test('output is streamed in order and the outcome comes last', async () => {
  scan = async (target, _signal, onOutput) => {
    onOutput(Buffer.from(JSON.stringify(target)))
    onOutput(Buffer.from('<more/>'))
    return OUTCOME
  }
  expect(await call(PortScanProfile.SERVICES)).toEqual([
    { $case: 'output', value: Buffer.from('{"ip":"192.168.1.7","profile":"services"}') },
    { $case: 'output', value: Buffer.from('<more/>') },
    { $case: 'outcome', value: OUTCOME },
  ])
  expect(((await call(PortScanProfile.UNSPECIFIED)) as unknown[])[0]).toEqual({
    $case: 'output',
    value: Buffer.from('{"ip":"192.168.1.7","profile":"quick"}'),
  })
})

test('a refusal keeps its status, and an unknown profile is refused', async () => {
  scan = async () => {
    throw new NetWatcherError('failed_precondition', 'NMAP_MISSING', 'nmap is not installed.')
  }
  expect(await call(PortScanProfile.QUICK)).toMatchObject({ code: status.FAILED_PRECONDITION })
  expect(await call(77 as PortScanProfile)).toMatchObject({ code: status.INVALID_ARGUMENT })
})

test('a caller that hangs up aborts the scan', async () => {
  const aborted = new Promise<void>((resolve) => {
    scan = (_target, signal, onOutput) =>
      new Promise((_, reject) => {
        onOutput(Buffer.from('<nmaprun>'))
        signal.addEventListener('abort', () => {
          resolve()
          reject(new Error('aborted'))
        })
      })
  })
  const stream = client.scanPorts({ ip: '192.168.1.7', profile: PortScanProfile.QUICK })
  stream.on('error', () => {})
  stream.on('data', () => stream.cancel())
  await aborted
})
