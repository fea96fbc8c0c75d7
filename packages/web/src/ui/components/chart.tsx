/**
 * A line chart over time (uPlot on a canvas) with a legend in HTML that shows
 * the values under the pointer. The canvas takes its colours from the legend's
 * swatches, so the style sheet alone decides on them in light and dark.
 */

import 'uplot/dist/uPlot.min.css'
import { type RefObject, useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import { useText } from '../app/services.js'
import { formatDateTime, formatTick } from '../format/time.js'

export interface ChartSeries {
  label: string
  /** Class of the swatch: `rx` or `tx`. */
  color: 'rx' | 'tx'
}

export interface ChartProps {
  /** What the chart shows, for those who cannot see it. */
  summary: string
  series: ChartSeries[]
  /** Seconds since 1970-01-01 UTC, then one array per series. */
  data: (number | null)[][]
  formatValue: (value: number) => string
  height?: number
}

export function Chart({ summary, series, data, formatValue, height = 220 }: ChartProps) {
  const { language } = useText()
  const figure = useRef<HTMLElement>(null)
  const canvas = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const formatter = useRef(formatValue)
  formatter.current = formatValue
  const [pointed, setPointed] = useState<number | null>(null)
  const colors = series.map((one) => one.color).join()

  useEffect(() => {
    const { current: target } = canvas
    if (!target) return
    const swatch = (index: number) => swatchColor(figure, index)
    const options = makeOptions({
      count: colors.split(',').length,
      colorOf: swatch,
      formatValue: (value) => formatter.current(value),
      formatTime: (seconds, stepSeconds) => formatTick(seconds * 1000, stepSeconds * 1000, language),
    })
    options.width = target.clientWidth
    options.height = height
    options.hooks = { setCursor: [(self) => setPointed(self.cursor.idx ?? null)] }
    const made = new uPlot(options, [[], ...colors.split(',').map(() => [])], target)
    plot.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: target.clientWidth, height }))
    resized.observe(target)
    const stopWatching = watchTheme(() => made.redraw())
    return () => {
      resized.disconnect()
      stopWatching()
      made.destroy()
      plot.current = null
    }
  }, [colors, height, language])

  useEffect(() => {
    plot.current?.setData(data as uPlot.AlignedData)
  }, [data])

  const atSeconds = pointed === null ? undefined : data[0]?.[pointed]
  return (
    <figure className="chart" ref={figure}>
      <div ref={canvas} className="chart-canvas" role="img" aria-label={summary} />
      <figcaption className="legend">
        {series.map((one, index) => (
          <span key={one.label}>
            <span className={`swatch ${one.color}`} aria-hidden="true" />
            {one.label}
            {pointed !== null && <strong> {formatValue(data[index + 1]?.[pointed] ?? 0)}</strong>}
          </span>
        ))}
        {typeof atSeconds === 'number' && (
          <span className="muted">{formatDateTime(atSeconds * 1000, language)}</span>
        )}
      </figcaption>
    </figure>
  )
}

function swatchColor(figure: RefObject<HTMLElement | null>, index: number): string {
  const element = figure.current?.querySelectorAll('.swatch')[index]
  return element ? getComputedStyle(element).color : 'gray'
}

function textColor(): string {
  return getComputedStyle(document.querySelector('.legend') ?? document.body).color
}

interface ChartStyle {
  count: number
  colorOf: (index: number) => string
  formatValue: (value: number) => string
  formatTime: (seconds: number, stepSeconds: number) => string
}

function makeOptions({ count, colorOf, formatValue, formatTime }: ChartStyle): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: textColor,
    font: '12px system-ui, sans-serif',
    grid: { stroke: 'rgba(128, 140, 155, 0.18)', width: 1 },
    ticks: { show: false },
  }
  return {
    width: 0,
    height: 0,
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_self, _min, max) => [0, Math.max(max * 1.1, 1)] } },
    axes: [
      {
        ...axis,
        size: 30,
        space: 80,
        values: (_self, ticks, _axis, _space, step) => ticks.map((at) => formatTime(at, step)),
      },
      { ...axis, size: 86, space: 40, values: (_self, ticks) => ticks.map(formatValue) },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_, index) => ({
        stroke: () => colorOf(index),
        fill: () => colorOf(index).replace(/^rgb\((.*)\)$/, 'rgba($1, 0.12)'),
        width: 1.75,
        points: { show: false },
      })),
    ],
  }
}

/** Calls back when the operating system or the person switches between light and dark. */
function watchTheme(onChange: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)')
  const observer = new MutationObserver(onChange)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  media.addEventListener('change', onChange)
  return () => {
    observer.disconnect()
    media.removeEventListener('change', onChange)
  }
}
