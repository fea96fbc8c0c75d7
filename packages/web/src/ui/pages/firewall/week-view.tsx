/** A schedule as a week: one row for each day, its hours as bars, and in words beside. */

import type { ScheduleSlot } from '../../../contract/standing.js'
import { useText } from '../../app/services.js'
import { barsOf, spanText, WEEKDAYS, weekdayName } from '../../format/week.js'

const DAY_MINUTES = 1440
const TICKS = [0, 360, 720, 1080]

export function WeekView({ slots }: { slots: readonly ScheduleSlot[] }) {
  const { t, language } = useText()
  return (
    <table className="week">
      <caption className="visually-hidden">{t('schedule.week')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('schedule.days')}</th>
          <th scope="col" className="week-hours">
            {TICKS.map((minute) => (
              <span key={minute}>{minute / 60}</span>
            ))}
          </th>
          <th scope="col">{t('schedule.hours')}</th>
        </tr>
      </thead>
      <tbody>
        {WEEKDAYS.map((day) => (
          <tr key={day}>
            <th scope="row">{weekdayName(day, language)}</th>
            <td>
              <Bars slots={slots} day={day} />
            </td>
            <td className="num">
              {slots
                .filter(({ weekday }) => weekday === day)
                .map(spanText)
                .join(', ') || '–'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Bars({ slots, day }: { slots: readonly ScheduleSlot[]; day: number }) {
  return (
    <svg viewBox={`0 0 ${DAY_MINUTES} 20`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect className="week-day" width={DAY_MINUTES} height="20" />
      {TICKS.slice(1).map((minute) => (
        <rect key={minute} className="week-tick" x={minute} width="2" height="20" />
      ))}
      {barsOf(slots, day).map(({ fromMinute, toMinute }) => (
        <rect
          key={`${fromMinute} ${toMinute}`}
          className="week-slot"
          x={fromMinute}
          width={toMinute - fromMinute}
          height="20"
        />
      ))}
    </svg>
  )
}
