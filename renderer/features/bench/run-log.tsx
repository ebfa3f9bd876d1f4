import type { RunLogLine, WrittenImage } from '#shared/schema.ts'
import { Copyable } from '../../components/copyable.tsx'
import { formatBytes, formatMoment } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { hex } from './recipes/address.ts'

/** What was written, where, and the identification of the file. */
export const Images = ({ images }: { images: readonly WrittenImage[] }) => {
  const t = useTexts()
  const language = useLanguage()
  if (images.length === 0) return <p className="secondary">{t('bench.records.nothingWritten')}</p>
  return (
    <ul className="slot-images">
      {images.map(({ name, address, size, sha256 }) => (
        <li key={`${sha256}${address}`}>
          <span>
            {address !== null && <span className="mono">{hex(address)}</span>} <b>{name}</b>{' '}
            <span className="secondary">{formatBytes(size, language)}</span>
          </span>
          <span className="small">
            <Copyable text={sha256} what={`SHA-256 ${name}`} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** The log of one attempt, oldest first. */
export const LogLines = ({ lines }: { lines: readonly RunLogLine[] }) => {
  const t = useTexts()
  const language = useLanguage()
  return lines.length === 0 ? (
    <p className="secondary">{t('bench.slot.logEmpty')}</p>
  ) : (
    <ol className="slot-log mono" data-testid="slot-log">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
        <li key={index} data-level={line.level}>
          <time>{formatMoment(line.at, language)}</time> {line.words}
        </li>
      ))}
    </ol>
  )
}
