import type { DeviceMessage } from '#shared/schema.ts'
import { formatBytes, formatMoment } from '../../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../../i18n/i18n.ts'

/** The station's own reasons, by the phrases in its messages. */
const known = {
  'no form of a login': 'unknownForm',
  'wrong secret or signature': 'wrongSecret',
  'the product takes signed logins only': 'plainRefused',
  'its token has expired, or its clock is wrong': 'tokenExpired',
  'publish outside its own topics': 'foreignPublish',
  'subscription outside its own topics': 'foreignSubscription',
  'the connection ended before it was sent': 'notSent',
  'the broker did not take it': 'brokerRefused',
  'the connection ended before the end': 'brokeOff',
  'not stored, not acknowledged': 'notStored',
} as const

/** Why a message was not accepted, in the reader's language; the text of a protocol parser is shown unchanged. */
const refusalText = (refused: string, t: Translate): string => {
  const status = /^answered with (\d+)$/.exec(refused)?.[1]
  if (status !== undefined) return t('protocols.log.refusals.answered', { status })
  return refused in known ? t(`protocols.log.refusals.${known[refused as keyof typeof known]}`) : refused
}

/** One message: time, direction, interpretation, destination, and its bytes. */
export const MessageRow = ({ message }: { message: DeviceMessage }) => {
  const t = useTexts()
  const language = useLanguage()
  const { at, direction, kind, channel, detail, refused, text, hex, bytes, qos, acknowledged, times } = message
  const size = formatBytes(bytes, language)
  const way = direction === 'in' ? t('protocols.log.received') : t('protocols.log.sent')
  return (
    <li data-direction={direction} data-kind={kind} data-refused={refused !== null}>
      <div className="message-head">
        <time className="mono secondary" dateTime={at}>
          {formatMoment(at, language)}
        </time>
        <span className="message-way" title={way}>
          <span aria-hidden="true">{direction === 'in' ? '→' : '←'}</span>
          <span className="visually-hidden">{way}</span>
        </span>
        <b>{t(`protocols.log.kinds.${kind}`)}</b>
        {detail && <span className="message-detail">{detail}</span>}
        {times > 1 && <span className="secondary small">{t('protocols.log.times', { count: times })}</span>}
        <span className="message-delivery secondary small">
          {qos !== null && `QoS ${qos}`}
          {acknowledged !== null && (
            <span className="toned" data-tone={acknowledged ? 'passed' : 'person'}>
              {acknowledged ? `✓ ${t('protocols.log.confirmed')}` : `○ ${t('protocols.log.unconfirmed')}`}
            </span>
          )}
        </span>
      </div>
      <div className="mono small secondary message-channel">{channel}</div>
      {refused !== null && (
        <div className="toned small" data-tone="failed">
          ✕ {t('protocols.log.refused')} · {refusalText(refused, t)}
        </div>
      )}
      {text !== null && text !== '' && <pre>{text}</pre>}
      {hex !== null && (
        <pre>
          {hex}
          {hex.length < bytes * 2 && '…'}
        </pre>
      )}
      {hex !== null && <div className="secondary small">{t('protocols.log.bytes', { size })}</div>}
      {text !== null && bytes > 4096 && <div className="secondary small">{t('protocols.log.cut', { size })}</div>}
    </li>
  )
}
