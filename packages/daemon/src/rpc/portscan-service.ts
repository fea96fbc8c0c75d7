/** PortScanService: the ports of one host, as nmap finds them. */

import { invalidArgument } from '@netwatcher/shared'
import {
  PortScanServiceService,
  PortScanProfile as ProfileMessage,
  type ScanPortsRequest,
  type ScanPortsResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/portscan'
import type { PortScanner } from '../portscan/port-scanner.js'
import type { PortScanProfile } from '../portscan/profiles.js'
import type { Handlers } from './handlers.js'
import type { RpcService } from './service.js'

const MAX_SCANS = 2

export interface PortScanServiceDependencies {
  handlers: Handlers
  scanner: Pick<PortScanner, 'scan'>
}

export function createPortScanService({ handlers, scanner }: PortScanServiceDependencies): RpcService {
  const scanPorts = handlers.stream<ScanPortsRequest, ScanPortsResponse>(
    MAX_SCANS,
    async (request, stream) => {
      const target = { ip: request.ip, profile: checkProfile(request.profile) }
      // nmap does not wait for the reader; its output is bounded, and held for it.
      let written = Promise.resolve()
      const write = (response: ScanPortsResponse) => {
        written = written.then(() => stream.write(response))
        // Rejects when the reader has gone, which ends the scan by the signal.
        written.catch(() => {})
      }
      const outcome = await scanner.scan(target, stream.signal, (chunk) =>
        write({ result: { $case: 'output', value: Buffer.from(chunk) } }),
      )
      write({ result: { $case: 'outcome', value: { rule: outcome.rule, params: { ...outcome.params } } } })
      await written
    },
  )
  return { definition: PortScanServiceService, implementation: { scanPorts } }
}

function checkProfile(profile: ProfileMessage): PortScanProfile {
  if (profile === ProfileMessage.QUICK || profile === ProfileMessage.UNSPECIFIED) return 'quick'
  if (profile === ProfileMessage.SERVICES) return 'services'
  throw invalidArgument('PROFILE_INVALID', 'The profile is not known.')
}
