/** The choices of every page: appearance, language, and of several daemons the one that is looked at. */

import type { Language } from '@netwatcher/shared'
import { useState } from 'react'
import { Icon, type IconName } from '../components/icons.js'
import { writePreference } from '../hooks/use-preference.js'
import { isLanguage, LANGUAGES } from '../i18n/language.js'
import { useServices, useText } from './services.js'
import { useStatus } from './status.js'
import { applyTheme, readTheme, THEMES, type Theme } from './theme.js'

const THEME_ICONS: Record<Theme, IconName> = { auto: 'auto', light: 'sun', dark: 'moon' }

export function ThemeButton() {
  const { t } = useText()
  const [theme, setTheme] = useState(readTheme)

  function change(): void {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto'
    setTheme(next)
    applyTheme(next)
    writePreference('theme', next)
  }

  const label = `${t('theme.label')}: ${t(`theme.${theme}`)}`
  return (
    <button type="button" className="icon-button" onClick={change} aria-label={label} title={label}>
      <Icon name={THEME_ICONS[theme]} />
    </button>
  )
}

export function LanguageSelect({ onChange }: { onChange: (language: Language) => void }) {
  const { t, language } = useText()
  return (
    <select
      className="language"
      aria-label={t('language.label')}
      value={language}
      onChange={(event) => {
        if (isLanguage(event.target.value)) onChange(event.target.value)
      }}
    >
      {Object.entries(LANGUAGES).map(([code, { name }]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  )
}

/** Nothing where there is one daemon. */
export function DaemonSelect() {
  const { t } = useText()
  const { choose } = useServices().daemon
  const { daemon, resource } = useStatus()
  const daemons = resource.data?.daemons ?? []
  if (daemons.length < 2) return null
  return (
    <select
      className="language"
      aria-label={t('daemon.label')}
      value={daemon?.name}
      onChange={(event) => choose(event.target.value)}
    >
      {daemons.map(({ name, site }) => (
        <option key={name} value={name}>
          {name} ({site})
        </option>
      ))}
    </select>
  )
}
