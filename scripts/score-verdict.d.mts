export interface Verdict {
  group: string
  kinds: string[]
}

export function parseManifest(text: string): Record<string, string>[]
export function readVerdict(verdict: string): Verdict
export function judge(
  expected: Verdict,
  alerts: readonly { kind: string; severity: string }[],
): { missed: string[]; falseAlarms: string[] }
