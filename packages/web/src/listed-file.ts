/** The owner's list (`talk.listed_file`): it is read at the start, and when the settings are checked. */

import { readFileSync } from 'node:fs'
import { errorMessage, invalidArgument } from '@netwatcher/shared'
import { Listed } from './identity/listed.js'

/** Of no file there is nothing on it. Throws a sentence that names the file, and the line where one is wrong. */
export function readListed(file: string): Listed {
  if (file === '') return Listed.read('')
  try {
    return Listed.read(readFileSync(file, 'utf8'))
  } catch (error) {
    throw invalidArgument(
      'LISTED_FILE',
      `The list ${file} (talk.listed_file) cannot be read: ${errorMessage(error)}`,
    )
  }
}
