/** What a service file gives to the server. */

import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'

export interface RpcService {
  definition: ServiceDefinition
  implementation: UntypedServiceImplementation
}
