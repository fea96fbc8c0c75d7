/**
 * Who may import whom: the layers of ARCHITECTURE.md as tables, the ground
 * floor first. A test holds the sources against them, and the tables against
 * the sources: what nobody needs any more is taken off.
 */

import type { Rules } from './check.js'

export const DAEMON: Rules = {
  folders: {
    model: [],
    capture: [],
    os: ['model'],
    wire: ['capture'],
    convert: ['model'],
    account: ['capture', 'model'],
    detect: ['capture', 'model', 'wire'],
    pipeline: ['capture', 'detect', 'model', 'wire'],
    scan: ['capture', 'detect', 'model', 'wire'],
    portscan: ['os'],
    firewall: ['model', 'os'],
    journal: ['model', 'os', 'sensor'],
    sensor: ['', 'account', 'capture', 'convert', 'detect', 'model', 'os', 'pipeline', 'scan', 'wire'],
    replay: ['account', 'capture', 'detect', 'model', 'pipeline'],
    rpc: ['', 'convert', 'firewall', 'journal', 'model', 'os', 'portscan', 'sensor'],
    lab: ['os'],
    '': ['convert', 'firewall', 'journal', 'model', 'os', 'portscan', 'replay', 'rpc', 'scan', 'sensor'],
  },
  reserved: {
    cap: ['capture'],
    'node:child_process': ['os', 'lab'],
    'node:fs': ['os', 'lab', 'rpc', ''],
    'node:net': ['os', 'sensor', 'rpc'],
    'node:os': ['os', 'lab'],
    'node:dns': ['lab'],
    'node:http': ['lab'],
    '@grpc/grpc-js': ['rpc'],
    'smol-toml': [],
    typeorm: [],
  },
  pure: {
    folders: ['model', 'convert', 'wire', 'account', 'detect'],
    mayNotReach: ['cap', 'os', 'node:fs', 'node:net', 'node:child_process', 'node:os', 'node:timers'],
  },
}

export const WEB: Rules = {
  folders: {
    contract: [],
    os: [],
    daemon: ['contract'],
    portscan: ['contract', 'daemon'],
    storage: ['contract', 'daemon', 'ingest'],
    auth: ['storage'],
    identity: ['storage'],
    presence: ['contract', 'daemon', 'storage'],
    ingest: ['contract', 'daemon', 'os', 'storage'],
    views: ['contract', 'daemon', 'identity', 'storage'],
    live: ['daemon', 'os', 'storage', 'views'],
    discovery: ['daemon', 'views'],
    api: [
      'auth',
      'contract',
      'daemon',
      'discovery',
      'identity',
      'ingest',
      'live',
      'os',
      'portscan',
      'storage',
      'views',
    ],
    ui: ['contract'],
    '': [
      'api',
      'auth',
      'daemon',
      'discovery',
      'identity',
      'ingest',
      'live',
      'os',
      'presence',
      'storage',
      'views',
    ],
  },
  reserved: {
    typeorm: ['storage', 'ingest'],
    sqlite3: ['storage'],
    '@grpc/grpc-js': ['daemon'],
    hono: ['api'],
    react: ['ui'],
    saxes: ['portscan'],
    'node:child_process': ['os'],
    'node:fs': ['os', 'storage', 'auth', 'daemon', 'api', ''],
    'node:net': [],
  },
  pure: {
    folders: ['contract', 'presence', 'portscan', 'ui'],
    mayNotReach: ['node:*', 'typeorm', 'sqlite3', '@grpc/grpc-js'],
  },
}
