import type { ReactNode } from 'react'

interface PageProps {
  title: ReactNode
  tag?: ReactNode
  facts?: string
  actions?: ReactNode
  /** The page itself does not scroll; a table inside it does. */
  fill?: boolean
  children: ReactNode
}

/** The frame of a screen: its title with facts, its actions at the top right, its content. */
export const Page = ({ title, tag, facts, actions, fill = false, children }: PageProps) => (
  <main className="page" id="content" data-fill={fill}>
    <header className="page-head">
      <h1>{title}</h1>
      {tag}
      {facts !== undefined && (
        <div className="page-facts" title={facts}>
          {facts}
        </div>
      )}
      {actions !== undefined && <div className="page-actions">{actions}</div>}
    </header>
    {children}
  </main>
)

interface PanelProps {
  title?: ReactNode
  extra?: ReactNode
  className?: string
  children: ReactNode
  testId?: string
}

export const Panel = ({ title, extra, className = '', children, testId }: PanelProps) => (
  <section className={`panel ${className}`} data-testid={testId}>
    {title !== undefined && (
      <div className="panel-head">
        <h2>{title}</h2>
        {extra}
      </div>
    )}
    <div className="panel-body">{children}</div>
  </section>
)
