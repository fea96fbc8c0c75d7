import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkSocketOwner } from './socket-owner.js'

const OWN_UID = process.getuid?.() ?? 0
const SQUATTER = 65_534
const directory = mkdtempSync(join(tmpdir(), 'netwatcher-owner-'))
const path = join(directory, 'socket')
const server = createServer()

beforeAll(() => new Promise<void>((resolve) => server.listen(path, resolve)))
afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true })
})

/** As whoever is neither root nor the owner; without root nobody else can own the socket here. */
function asStranger(): Promise<void> {
  if (OWN_UID === 0) chownSync(path, SQUATTER, SQUATTER)
  return checkSocketOwner(path, (OWN_UID === 0 ? SQUATTER : OWN_UID) + 1)
}

test('a socket that neither root nor the own user has made is not spoken to', async () => {
  await expect(checkSocketOwner(path, OWN_UID)).resolves.toBeUndefined()
  await expect(asStranger()).rejects.toMatchObject({ reason: 'SOCKET_OWNER', code: 'permission_denied' })
})
