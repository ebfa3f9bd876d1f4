import type { ReactNode } from 'react'

/** Labels with their values; a pair with an undefined value is left out. */
export const Facts = ({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) => (
  <dl className="facts">
    {items
      .filter(([, value]) => value !== undefined)
      .map(([label, value]) => (
        <div key={label} style={{ display: 'contents' }}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
)
