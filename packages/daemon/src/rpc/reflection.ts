/**
 * Server reflection, so that `grpcurl -unix SOCKET list` works. The descriptors
 * are those of proto/netwatcher/v1 as `buf build` writes them, and of the health
 * service; the messages between daemon and sensors are not among them. What the
 * library would do for the stream itself is not used: it answers without waiting
 * for the reader.
 */

import { readFileSync } from 'node:fs'
import { ReflectionV1Implementation } from '@grpc/reflection/build/src/implementations/reflection-v1.js'
import { ReflectionV1AlphaImplementation } from '@grpc/reflection/build/src/implementations/reflection-v1alpha.js'
import { service as health } from 'grpc-health-check'
import type { Handlers } from './handlers.js'
import type { RpcService } from './service.js'

const DESCRIPTORS = new URL('../../proto/descriptors.binpb', import.meta.url)

type Implementation = ReflectionV1Implementation
type ReflectionRequest = Parameters<Implementation['handleServerReflectionRequest']>[0]

export function createReflection(handlers: Handlers): RpcService[] {
  const healthFiles = Object.values(health).flatMap(({ requestType }) => requestType.fileDescriptorProtos)
  // The service only looks at the file descriptors of whatever definition it is given.
  const definition = {
    format: 'Protocol Buffer 3 EnumDescriptorProto' as const,
    type: {},
    fileDescriptorProtos: [...fileDescriptors(readFileSync(DESCRIPTORS)), ...healthFiles],
  }
  const described = { 'netwatcher.v1': definition }
  return [new ReflectionV1Implementation(described), new ReflectionV1AlphaImplementation(described)].map(
    (version) => serviceOf(version, handlers),
  )
}

function serviceOf(version: Implementation, handlers: Handlers): RpcService {
  const ServerReflectionInfo = handlers.conversation((request: ReflectionRequest) =>
    version.handleServerReflectionRequest(request),
  )
  const services: RpcService[] = []
  version.addToServer({
    addService: (definition) => void services.push({ definition, implementation: { ServerReflectionInfo } }),
  })
  const [service] = services
  if (!service) throw new Error('reflection has no service')
  return service
}

/** The files of a google.protobuf.FileDescriptorSet: field 1, repeated, length-delimited. */
export function fileDescriptors(set: Buffer): Buffer[] {
  const files: Buffer[] = []
  for (let offset = 0; offset < set.length; ) {
    if (set[offset++] !== FILE_FIELD) throw new Error('not a FileDescriptorSet')
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = set[offset++] ?? 0
      length |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    files.push(set.subarray(offset, offset + length))
    offset += length
  }
  return files
}

const FILE_FIELD = (1 << 3) | 2
