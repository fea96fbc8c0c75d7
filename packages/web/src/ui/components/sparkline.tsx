/** A small line without axes; what it shows is also said in words. */

const HEIGHT = 24

export interface SparklineProps {
  summary: string
  values: readonly number[]
}

export function Sparkline({ summary, values }: SparklineProps) {
  const most = Math.max(1, ...values)
  const width = Math.max(1, values.length - 1)
  const points = values.map((value, index) => `${index},${HEIGHT - 1 - (value / most) * (HEIGHT - 2)}`)
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={summary}
    >
      <polygon points={`0,${HEIGHT} ${points.join(' ')} ${width},${HEIGHT}`} />
      <polyline points={points.join(' ')} />
    </svg>
  )
}
