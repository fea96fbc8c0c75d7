/** Entry point of `netwatcherd`. Each command loads only what it needs, so that replaying a file starts fast. */

const [command, ...args] = process.argv.slice(2)

if (command === 'replay') {
  const { replayCommand } = await import('./replay/command.js')
  process.exitCode = await replayCommand(args)
} else {
  process.stderr.write('usage: netwatcherd replay FILE [--json]\n')
  process.exitCode = 2
}
