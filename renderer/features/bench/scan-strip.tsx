import { BarcodeOutlined } from '@ant-design/icons'
import type { Slot } from '#shared/schema.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Today } from './today-figures.tsx'

/** What a scan led to. */
export interface Scanned {
  readonly code: string
  /** The slot that took it; undefined: none did. */
  readonly slot: Slot | undefined
  /** Why none did, in words. */
  readonly failure?: string
}

/** What the scanner is typing, where the last code went, and the day's numbers. */
export const ScanStrip = ({ typed, last }: { typed: string; last: Scanned | undefined }) => {
  const t = useTexts()
  return (
    <section className="panel scan" data-testid="scan">
      <BarcodeOutlined className="scan-icon" />
      <div className="scan-words" role="status">
        <span className="secondary">{t('bench.scan')}</span>
        {typed !== '' ? (
          <span className="mono scan-code">{typed}▏</span>
        ) : last === undefined ? (
          <span className="secondary scan-hint">{t('bench.scanHint')}</span>
        ) : last.slot === undefined ? (
          <span className="scan-code" data-tone="failed">
            <span className="mono">{last.code}</span> {last.failure}
          </span>
        ) : (
          <span className="mono scan-code">
            {last.code} → {t('bench.slot.title', { label: last.slot.label })}
          </span>
        )}
      </div>
      <Today />
    </section>
  )
}
