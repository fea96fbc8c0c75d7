/** Ids of users and groups from /etc/passwd and /etc/group (passwd(5), group(5)). */

import { readFileSync } from 'node:fs'

export interface UserIds {
  name: string
  uid: number
  gid: number
}

export function findUser(name: string, passwd = readText('/etc/passwd')): UserIds | null {
  const fields = findRow(passwd, name)
  const uid = Number(fields?.[2])
  const gid = Number(fields?.[3])
  return fields && Number.isInteger(uid) && Number.isInteger(gid) ? { name, uid, gid } : null
}

export function findGroupId(name: string, group = readText('/etc/group')): number | null {
  const gid = Number(findRow(group, name)?.[2])
  return Number.isInteger(gid) ? gid : null
}

function findRow(text: string, name: string): string[] | undefined {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[0] === name && fields.length >= 3)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
