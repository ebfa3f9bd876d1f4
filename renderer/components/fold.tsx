import type { ReactNode } from 'react'

interface FoldProps {
  title: string
  /** A summary of the settings, shown while folded. */
  value: string
  testId?: string
  children: ReactNode
}

/** Rarely needed fields, folded; their values can be read without unfolding. */
export const Fold = ({ title, value, testId, children }: FoldProps) => (
  <details className="fold" data-testid={testId}>
    <summary>
      <span className="strong">{title}</span>
      <span className="secondary">{value}</span>
    </summary>
    <div className="fold-body">{children}</div>
  </details>
)
