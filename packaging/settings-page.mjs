// Prints netwatcherd.toml(5): the commented settings themselves, so that the page is always true.
import { readFileSync } from 'node:fs'

const settings = readFileSync(new URL('../systemd/netwatcherd.toml', import.meta.url), 'utf8')
/** A dot or quote at the beginning of a line would be a request of roff(7). */
const escaped = settings
  .replaceAll('\\', '\\e')
  .replaceAll('-', '\\-')
  .replace(/^(?=[.'])/gm, '\\&')

process.stdout.write(`.TH NETWATCHERD.TOML 5 "" NetWatcher "File Formats"
.SH NAME
netwatcherd.toml \\- settings of netwatcherd
.SH DESCRIPTION
What the file in /etc/netwatcher holds when nobody has changed it: every setting with its default.
.PP
.nf
${escaped}.fi
.SH SEE ALSO
.BR netwatcherd (8)
`)
