/**
 * MQTT: messages with QoS 1, so that the broker acknowledges each, and for Home
 * Assistant retained states. What the broker keeps is remembered, too: what is
 * not wanted any more (a device that was forgotten, another name) is cleared.
 * The broker tells everybody when this program is gone (last will).
 */

import { MqttClient } from 'mqtt'
import type { SettingsOf } from '../contract/channels.js'
import type { Message } from '../contract/message.js'
import type { Outgoing } from '../os/outgoing.js'
import { type Channel, SendError } from './channel.js'
import { availabilityTopic, type HomeState, homeAssistantTopics, messageTopic } from './home-assistant.js'

/** What the broker keeps for this channel, in the database. */
export interface Retained {
  read(): Promise<Map<string, string>>
  keep(topic: string, payload: string): Promise<void>
}

export interface MqttParts {
  outgoing: Outgoing
  clientId: string
  retained: Retained
  homeState: () => Promise<HomeState>
}

const KEEPALIVE_SECONDS = 30
const CONNECT_WITHIN_MS = 10_000

export function mqttChannel(settings: SettingsOf<'mqtt'>, password: string, parts: MqttParts): Channel {
  return new MqttChannel(settings, password, parts)
}

class MqttChannel implements Channel {
  private client: MqttClient | null = null
  /** What this connection has published; the broker may have lost what an earlier one had. */
  private published = new Map<string, string>()

  constructor(
    private readonly settings: SettingsOf<'mqtt'>,
    private readonly password: string,
    private readonly parts: MqttParts,
  ) {}

  async send(message: Message, signal: AbortSignal): Promise<void> {
    const client = await this.connected(signal)
    const payload = JSON.stringify({ event_type: message.event, ...message })
    await publish(client, messageTopic(this.settings.topic), payload, { retain: false, signal })
  }

  async mirror(): Promise<void> {
    const { homeState } = this.parts
    const wanted = this.settings.homeAssistant
      ? homeAssistantTopics(this.settings, await homeState())
      : new Map<string, string>()
    wanted.set(availabilityTopic(this.settings.topic), 'online')
    await this.settle(wanted)
  }

  /** The broker keeps what is wanted, and nothing else of this channel. */
  private async settle(wanted: Map<string, string>): Promise<void> {
    const { retained } = this.parts
    const kept = await retained.read()
    const stale = [...kept.keys()].filter((topic) => !wanted.has(topic))
    const news = [...wanted].filter(([topic, payload]) => this.published.get(topic) !== payload)
    if (stale.length === 0 && news.length === 0) return
    const signal = AbortSignal.timeout(CONNECT_WITHIN_MS)
    const client = await this.connected(signal)
    for (const [topic, payload] of news) {
      if (kept.get(topic) !== payload) await retained.keep(topic, payload)
      await publish(client, topic, payload, { retain: true, signal })
      this.published.set(topic, payload)
    }
    for (const topic of stale) {
      await publish(client, topic, '', { retain: true, signal })
      this.published.delete(topic)
      await retained.keep(topic, '')
    }
  }

  async forget(): Promise<void> {
    await this.settle(new Map())
  }

  async close(): Promise<void> {
    const { client } = this
    this.client = null
    if (client === null) return
    if (client.connected) {
      const signal = AbortSignal.timeout(1000)
      const topic = availabilityTopic(this.settings.topic)
      await publish(client, topic, 'offline', { retain: true, signal }).catch(() => undefined)
    }
    await client.endAsync(true)
  }

  /** The connection that there is, or a new one. It is not made again by itself: the next message does. */
  private async connected(signal: AbortSignal): Promise<MqttClient> {
    if (this.client?.connected) return this.client
    await this.client?.endAsync(true)
    this.published = new Map()
    const client = this.open()
    this.client = client
    await ready(client, signal)
    const topic = availabilityTopic(this.settings.topic)
    await this.parts.retained.keep(topic, 'online')
    await publish(client, topic, 'online', { retain: true, signal })
    this.published.set(topic, 'online')
    return client
  }

  private open(): MqttClient {
    const { host, port, tls, certificate, username, topic } = this.settings
    const { outgoing, clientId } = this.parts
    return new MqttClient(() => outgoing.open({ host, port }, tls ? { certificate } : null), {
      clientId,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_WITHIN_MS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      ...(username !== '' && { username, password: this.password }),
      will: { topic: availabilityTopic(topic), payload: Buffer.from('offline'), qos: 1, retain: true },
    })
  }
}

function ready(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      client.end(true)
      reject(error)
    }
    client.once('connect', () => resolve())
    client.once('close', () => fail(new SendError('The broker closed the connection.')))
    // It stays: an error that nobody listens to would end the process.
    client.on('error', (error) => fail(new SendError(`The broker: ${error.message}`)))
    signal.addEventListener('abort', () => fail(new SendError('The broker did not answer in time.')), {
      once: true,
    })
  })
}

interface Publishing {
  retain: boolean
  signal: AbortSignal
}

function publish(client: MqttClient, topic: string, payload: string, { retain, signal }: Publishing) {
  return new Promise<void>((resolve, reject) => {
    const lost = () => reject(new SendError('The broker did not acknowledge.'))
    client.once('close', lost)
    signal.addEventListener('abort', lost, { once: true })
    client.publish(topic, payload, { qos: 1, retain }, (error) => {
      client.removeListener('close', lost)
      signal.removeEventListener('abort', lost)
      if (error) reject(error)
      else resolve()
    })
  })
}
