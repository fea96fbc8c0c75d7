/** Steps of the wall clock to their message, and back from a sensor. */

import type { Sensor } from '@netwatcher/shared/gen/netwatcher/v1/common'
import type { ClockStep } from '@netwatcher/shared/gen/netwatcher/v1/event'
import { fail, MAX_TIME_MS } from './checks.js'
import { wholeNumber } from './numbers.js'

export function toClockStep(stepMs: number, sensor: Sensor | undefined): ClockStep {
  return { sensor, stepMs: wholeNumber(stepMs) }
}

export function checkClockStep(step: ClockStep): number {
  const stepMs = Number(step.stepMs)
  return Math.abs(stepMs) <= MAX_TIME_MS ? stepMs : fail('clock step')
}
