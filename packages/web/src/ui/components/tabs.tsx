/** Parts of a page of which one is shown; which, is in the address, so that Back, reload and links find it. */

import type { ReactNode } from 'react'
import { TabList, TabPanel, Tabs as TabsOfParts, Tab as TabTitle } from 'react-aria-components'
import { useQueryState } from '../hooks/use-query-state.js'

export interface Tab {
  id: string
  title: string
  content: ReactNode
}

/** The first is shown where the address says nothing. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const query = useQueryState()
  const asked = query.get('tab')
  const first = tabs[0]?.id ?? ''
  const shown = tabs.some(({ id }) => id === asked) ? asked : first
  return (
    <TabsOfParts
      className="tabs"
      selectedKey={shown}
      onSelectionChange={(key) => query.set({ tab: key === first ? '' : String(key) })}
    >
      <TabList className="tab-list" aria-label={label}>
        {tabs.map(({ id, title }) => (
          <TabTitle key={id} id={id} className="tab">
            {title}
          </TabTitle>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tab-panel">
          {content}
        </TabPanel>
      ))}
    </TabsOfParts>
  )
}
