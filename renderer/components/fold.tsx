import type { ReactNode } from 'react'

interface FoldProps {
  title: string
  /** What is set, said while it is folded. */
  value: string
  testId?: string
  children: ReactNode
}

/** Fields that few need, folded away; what they say can be read without opening them. */
export const Fold = ({ title, value, testId, children }: FoldProps) => (
  <details className="fold" data-testid={testId}>
    <summary>
      <span className="strong">{title}</span>
      <span className="secondary">{value}</span>
    </summary>
    <div className="fold-body">{children}</div>
  </details>
)
