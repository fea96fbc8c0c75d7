import { expect, test } from 'vitest'
import type { DaemonState } from '../../contract/status.js'
import { daemonSettings } from './daemon-settings.js'

const connected = (configPath: string) => ({ connected: true, configPath }) as DaemonState

test('the settings are named where the daemon has them', () => {
  const installed = {
    path: '/etc/netwatcher/netwatcherd.toml',
    restart: 'sudo systemctl restart netwatcherd',
  }
  const checkout = '/home/user/netwatcher/netwatcherd.toml'
  expect(daemonSettings(connected(checkout))).toEqual({ path: checkout, restart: 'npm start' })
  expect(daemonSettings(connected('/dev/null'))).toEqual({ path: 'netwatcherd.toml', restart: 'npm start' })
  expect(daemonSettings(connected(installed.path))).toEqual(installed)
  expect(daemonSettings(connected(''))).toEqual(installed)
  expect(daemonSettings({ connected: false } as DaemonState)).toEqual(installed)
  expect(daemonSettings(null)).toEqual(installed)
})
