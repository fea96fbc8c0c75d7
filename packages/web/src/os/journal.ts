/** Lines for the journal of this machine: systemd takes them from standard error. */

export function writeJournal(line: string): void {
  process.stderr.write(line)
}
