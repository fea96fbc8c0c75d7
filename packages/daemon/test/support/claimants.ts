import { type Alert, Role } from '@netwatcher/shared/gen/netwatcher/v1/alert'

/** MACs of the suspects and holders of an alert, the suspect first. */
export function claimants(alert: Alert | undefined): string[] {
  const parties = alert?.parties ?? []
  return [
    ...new Set(parties.filter(({ role, mac }) => role !== Role.AFFECTED && mac !== '').map(({ mac }) => mac)),
  ]
}

/** Whether it is about the conduct of this MAC. */
export function isSuspect({ parties }: Alert, mac: string): boolean {
  return parties.some((party) => party.role === Role.SUSPECT && party.mac === mac)
}
