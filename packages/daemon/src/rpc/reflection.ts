/**
 * Server reflection, so that `grpcurl -unix SOCKET list` works. The descriptors
 * are those of proto/netwatcher/v1 as `buf build` writes them, and of the health
 * service; the messages between daemon and sensors are not among them.
 */

import { readFileSync } from 'node:fs'
import { ReflectionService } from '@grpc/reflection'
import { service as health } from 'grpc-health-check'

const DESCRIPTORS = new URL('../../proto/descriptors.binpb', import.meta.url)

export function createReflection(): ReflectionService {
  const healthFiles = Object.values(health).flatMap(({ requestType }) => requestType.fileDescriptorProtos)
  // The service only looks at the file descriptors of whatever definition it is given.
  const definition = {
    format: 'Protocol Buffer 3 EnumDescriptorProto' as const,
    type: {},
    fileDescriptorProtos: [...fileDescriptors(readFileSync(DESCRIPTORS)), ...healthFiles],
  }
  return new ReflectionService({ 'netwatcher.v1': definition })
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
