/**
 * E-mail by SMTP. What was chosen is demanded: with STARTTLS (RFC 3207) nothing
 * is sent to a server that does not offer it, since an attacker in between
 * takes the offer out. The Message-ID is that of the message, so that a mail
 * that is sent twice is seen as one (RFC 5322, 3.6.4).
 */

import { createTransport } from 'nodemailer'
import type { SettingsOf } from '../contract/channels.js'
import type { Message } from '../contract/message.js'
import type { Outgoing } from '../os/outgoing.js'
import { type Channel, SendError } from './channel.js'

export function emailChannel(settings: SettingsOf<'email'>, password: string, outgoing: Outgoing): Channel {
  const { host, port, security, certificate, from, to } = settings
  return {
    async send(message, signal) {
      const isTls = security === 'tls'
      const socket = await outgoing.connect({ host, port }, isTls ? { certificate } : null, signal)
      const transport = createTransport({
        host,
        port,
        connection: socket,
        secure: isTls,
        secured: isTls,
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        tls: { minVersion: 'TLSv1.2', ...(certificate !== '' && { ca: certificate }) },
        ...(settings.username !== '' && { auth: { user: settings.username, pass: password } }),
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      const giveUp = () => socket.destroy(new Error('The mail server took too long.'))
      signal.addEventListener('abort', giveUp, { once: true })
      try {
        await transport.sendMail({ from, to, ...mailOf(message, from) })
      } catch (error) {
        throw mailError(error)
      } finally {
        signal.removeEventListener('abort', giveUp)
        transport.close()
        socket.destroy()
      }
    },
    async close() {},
  }
}

function mailOf({ id, title, text, atMs, severity, event }: Message, from: string) {
  return {
    messageId: `<${id}@${from.split('@')[1] ?? 'netwatcher'}>`,
    subject: title,
    text: `${text}\n`,
    date: new Date(atMs),
    priority: severity === 'critical' ? ('high' as const) : ('normal' as const),
    headers: {
      'X-NetWatcher-Event': event,
      // RFC 3834: no answers by machines.
      'Auto-Submitted': 'auto-generated',
    },
  }
}

/** A refusal of this very message by code 5xx, once the server has read it. */
function mailError(error: unknown): Error {
  if (!(error instanceof Error)) return new SendError(String(error))
  const { responseCode, code } = error as { responseCode?: number; code?: string }
  const isFinal = code === 'EMESSAGE' && responseCode !== undefined && responseCode >= 500
  return new SendError(`The mail server: ${error.message}`, isFinal)
}
