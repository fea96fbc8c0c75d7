import { expect, test } from 'vitest'
import { type HomeState, homeAssistantTopics } from './home-assistant.js'

const TOPICS = { topic: 'house/netwatcher', discoveryTopic: 'homeassistant' }
const STATE: HomeState = {
  version: '1.2.3',
  openIncidents: 1,
  sentence: 'Somebody did something.',
  sensors: [{ daemon: 'local', interface: 'eth0.5', isRunning: true }],
  devices: [
    {
      id: 7,
      mac: 'aa:bb:cc:dd:ee:07',
      name: 'Printer',
      ip: '10.0.0.7',
      vendor: 'Example',
      type: 'printer',
      isThere: true,
    },
    { id: 8, mac: 'aa:bb:cc:dd:ee:08', name: null, ip: '', vendor: null, type: null, isThere: false },
  ],
}

/**
 * Variables of each platform in its documentation, as far as they are used. `object_id` is none of them
 * since 2026.4; `default_entity_id` has taken its place.
 */
const SHARED = [
  'unique_id',
  'default_entity_id',
  'name',
  'state_topic',
  'availability_topic',
  'device',
  'origin',
]
const DOCUMENTED: Record<string, string[]> = {
  device_tracker: [...SHARED, 'source_type', 'payload_home', 'payload_not_home', 'json_attributes_topic'],
  binary_sensor: [...SHARED, 'device_class', 'payload_on', 'payload_off', 'entity_category'],
  sensor: [...SHARED, 'state_class'],
  event: [...SHARED, 'event_types'],
}
const DEVICE_FIELDS = [
  'identifiers',
  'connections',
  'name',
  'manufacturer',
  'model',
  'sw_version',
  'via_device',
]

const topics = homeAssistantTopics(TOPICS, STATE)
const configs = [...topics]
  .filter(([topic]) => topic.endsWith('/config'))
  .map(([topic, payload]) => ({ topic, config: JSON.parse(payload) }))

test('every discovery topic and field is one that Home Assistant documents', () => {
  for (const { topic, config } of configs) {
    const [, platform = ''] =
      /^homeassistant\/(\w+)\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\/config$/.exec(topic) ?? []
    const unknown = Object.keys(config).filter((field) => !DOCUMENTED[platform]?.includes(field))
    expect([topic, unknown]).toEqual([topic, []])
    expect(Object.keys(config.device).filter((field) => !DEVICE_FIELDS.includes(field))).toEqual([])
    expect(config.default_entity_id).toMatch(new RegExp(`^${platform}\\.[a-z0-9_]+$`))
    expect(config.availability_topic).toBe('house/netwatcher/availability')
  }
  const ids = configs.map(({ config }) => config.unique_id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(configs.map(({ topic }) => topic.split('/')[1]).sort()).toEqual([
    'binary_sensor',
    'binary_sensor',
    'device_tracker',
    'device_tracker',
    'event',
    'sensor',
    'sensor',
  ])
})

test('a tracker is tied to its device by the MAC, and its state is where the configuration says', () => {
  const tracker = configs.find(({ topic }) => topic.includes('device_7'))?.config
  expect(tracker).toMatchObject({
    source_type: 'router',
    device: {
      connections: [['mac', 'aa:bb:cc:dd:ee:07']],
      name: 'Printer',
      manufacturer: 'Example',
      model: 'printer',
    },
  })
  expect(topics.get(tracker.state_topic)).toBe('home')
  expect(JSON.parse(topics.get(tracker.json_attributes_topic) ?? '')).toMatchObject({ ip: '10.0.0.7' })
  expect(topics.get('house/netwatcher/device/8')).toBe('not_home')
})

test('what has a state has one that the broker keeps, but for events', () => {
  for (const { config } of configs) {
    const isEvent = config.event_types !== undefined
    expect([config.state_topic, topics.has(config.state_topic)]).toEqual([config.state_topic, !isEvent])
  }
  expect(topics.get('house/netwatcher/problem')).toBe('ON')
  expect(topics.get('house/netwatcher/watching_local_eth0_5')).toBe('ON')
})

test('a state is never longer than Home Assistant takes, nor empty', () => {
  const long = homeAssistantTopics(TOPICS, { ...STATE, sentence: 'x'.repeat(300) })
  expect(long.get('house/netwatcher/incident')).toHaveLength(255)
  const none = homeAssistantTopics(TOPICS, { ...STATE, sentence: '' })
  expect(none.get('house/netwatcher/incident')).toBe('-')
})
