/**
 * What Home Assistant finds by itself (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery):
 * a device tracker for each device, tied to it by its MAC, and what this program
 * knows of itself. Pure: topics and what a broker is to keep for each, so that
 * whatever is not among them any more can be cleared.
 */

import type { SettingsOf } from '../contract/channels.js'

export interface TrackedDevice {
  id: number
  mac: string
  name: string | null
  ip: string
  vendor: string | null
  /** What it is, for example printer. */
  type: string | null
  isThere: boolean
}

export interface HomeState {
  version: string
  /** Open and not read. */
  openIncidents: number
  /** The latest of those, in one sentence; empty when there is none. */
  sentence: string
  sensors: { daemon: string; interface: string; isRunning: boolean }[]
  devices: TrackedDevice[]
}

type Topics = Pick<SettingsOf<'mqtt'>, 'topic' | 'discoveryTopic'>

const EVENT_TYPES = [
  'incident_opened',
  'incident_escalated',
  'incident_reopened',
  'incident_ended',
  'incident_reminder',
  'device_new',
  'device_gone',
  'device_back',
  'sensor_lost',
  'sensor_back',
  'gap',
  'internet_lost',
  'internet_back',
  'port_opened',
  'quota',
  'note',
  'test',
  'summary',
]
/** Its limit for a state. */
const MOST_STATE = 255

export function availabilityTopic(topic: string): string {
  return `${topic}/availability`
}

export function messageTopic(topic: string): string {
  return `${topic}/message`
}

/** Retained payloads by topic. */
export function homeAssistantTopics(topics: Topics, state: HomeState): Map<string, string> {
  const all = [
    ...hubEntries(topics, state),
    ...state.sensors.flatMap((sensor) => sensorEntries(topics, state.version, sensor)),
    ...state.devices.flatMap((device) => deviceEntries(topics, device)),
  ]
  return new Map(all)
}

type Entry = [topic: string, payload: string]

function hubEntries({ topic, discoveryTopic }: Topics, state: HomeState): Entry[] {
  const node = nodeOf(topic)
  const shared = { ...common(topic, state.version), device: hub(topic, state.version) }
  const config = (component: string, object: string, more: Record<string, unknown>): Entry => [
    `${discoveryTopic}/${component}/${node}/${object}/config`,
    JSON.stringify({
      unique_id: `${node}_${object}`,
      default_entity_id: entityId(component, `${node}_${object}`),
      ...more,
      ...shared,
    }),
  ]
  return [
    config('binary_sensor', 'problem', {
      name: 'Problem',
      device_class: 'problem',
      state_topic: `${topic}/problem`,
      payload_on: 'ON',
      payload_off: 'OFF',
    }),
    [`${topic}/problem`, state.openIncidents > 0 ? 'ON' : 'OFF'],
    config('sensor', 'open_incidents', {
      name: 'Open incidents',
      state_topic: `${topic}/open_incidents`,
      state_class: 'measurement',
    }),
    [`${topic}/open_incidents`, String(state.openIncidents)],
    config('sensor', 'incident', { name: 'Incident', state_topic: `${topic}/incident` }),
    [`${topic}/incident`, state.sentence.slice(0, MOST_STATE) || '-'],
    config('event', 'message', {
      name: 'Message',
      state_topic: messageTopic(topic),
      event_types: EVENT_TYPES,
    }),
  ]
}

function sensorEntries(
  { topic, discoveryTopic }: Topics,
  version: string,
  sensor: HomeState['sensors'][number],
): Entry[] {
  const node = nodeOf(topic)
  const object = slug(`watching_${sensor.daemon}_${sensor.interface}`)
  const config = {
    unique_id: `${node}_${object}`,
    default_entity_id: entityId('binary_sensor', `${node}_${object}`),
    name: `Watching ${sensor.interface} (${sensor.daemon})`,
    device_class: 'running',
    entity_category: 'diagnostic',
    state_topic: `${topic}/${object}`,
    payload_on: 'ON',
    payload_off: 'OFF',
    ...common(topic, version),
    device: hub(topic, version),
  }
  return [
    [`${discoveryTopic}/binary_sensor/${node}/${object}/config`, JSON.stringify(config)],
    [`${topic}/${object}`, sensor.isRunning ? 'ON' : 'OFF'],
  ]
}

function deviceEntries({ topic, discoveryTopic }: Topics, device: TrackedDevice): Entry[] {
  const node = nodeOf(topic)
  const object = `device_${device.id}`
  const state = `${topic}/device/${device.id}`
  const name = device.name ?? device.mac
  const config = {
    unique_id: `${node}_${object}`,
    default_entity_id: entityId('device_tracker', `${node}_${device.mac}`),
    // The entity has the name of its device.
    name: null,
    source_type: 'router',
    state_topic: state,
    payload_home: 'home',
    payload_not_home: 'not_home',
    json_attributes_topic: `${state}/attributes`,
    availability_topic: availabilityTopic(topic),
    device: {
      connections: [['mac', device.mac]],
      name,
      ...(device.vendor !== null && { manufacturer: device.vendor }),
      ...(device.type !== null && { model: device.type }),
      via_device: node,
    },
  }
  const attributes = { mac: device.mac, ip: device.ip, host_name: device.name ?? '' }
  return [
    [`${discoveryTopic}/device_tracker/${node}/${object}/config`, JSON.stringify(config)],
    [state, device.isThere ? 'home' : 'not_home'],
    [`${state}/attributes`, JSON.stringify(attributes)],
  ]
}

function common(topic: string, version: string) {
  return {
    availability_topic: availabilityTopic(topic),
    origin: { name: 'NetWatcher', sw_version: version },
  }
}

function hub(topic: string, version: string) {
  return {
    identifiers: [nodeOf(topic)],
    name: 'NetWatcher',
    manufacturer: 'NetWatcher',
    sw_version: version,
  }
}

/** Letters, digits, _ and - only. */
function nodeOf(topic: string): string {
  return slug(topic)
}

/** Of a new entity; small letters, digits and _ only. */
function entityId(domain: string, object: string): string {
  return `${domain}.${object.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`
}

function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '_')
}
