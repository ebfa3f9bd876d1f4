import { DownloadOutlined } from '@ant-design/icons'
import { Button, QRCode, Segmented } from 'antd'
import { useState } from 'react'
import type { StationAuthority, StationInfo } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { Bones, Failed } from '../../components/hollow.tsx'
import { Panel } from '../../components/page.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { listenerAt } from '../overview/addresses.ts'

const FILE = 'ota-bench-ca'

/** The bytes of the one block of a PEM file (RFC 7468). */
const derOf = (pem: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (character) => character.charCodeAt(0))

const saveAs = (name: string, type: string, content: string | Uint8Array<ArrayBuffer>) => {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

const Certificate = ({ authority, info }: { authority: StationAuthority; info: StationInfo }) => {
  const t = useTexts()
  const language = useLanguage()
  const addresses = info.addresses.length > 0 ? info.addresses : [{ name: 'loopback', address: '127.0.0.1' }]
  const [chosen, setChosen] = useState(addresses[0]?.address ?? '127.0.0.1')
  const url = `${listenerAt(info.listeners.http ?? '', chosen)}/ca.crt`
  return (
    <div className="certificate">
      <div>
        <Facts
          items={[
            [t('certificate.subject'), authority.subject],
            [
              t('certificate.fingerprint'),
              <Copyable key="f" text={authority.fingerprint} what={t('certificate.fingerprint')} />,
            ],
            [
              t('certificate.valid'),
              t('certificate.validValue', {
                from: formatDateTime(authority.validFrom, language),
                to: formatDateTime(authority.validTo, language),
              }),
            ],
            [
              t('certificate.addresses'),
              <span key="a">
                <span className="mono">{authority.addresses.join(', ')}</span>{' '}
                <span className="secondary small">{t('certificate.addressesHint')}</span>
              </span>,
            ],
          ]}
        />
        <div className="certificate-files">
          <Button
            icon={<DownloadOutlined />}
            onClick={() => saveAs(`${FILE}.pem`, 'application/x-pem-file', authority.pem)}
            data-testid="ca-pem"
          >
            {t('certificate.pem')}
          </Button>
          <Button
            icon={<DownloadOutlined />}
            onClick={() => saveAs(`${FILE}.crt`, 'application/x-x509-ca-cert', derOf(authority.pem))}
          >
            {t('certificate.crt')}
          </Button>
        </div>
      </div>
      <figure className="certificate-qr">
        <span role="img" aria-label={`${t('certificate.qr')}: ${url}`}>
          <QRCode type="svg" value={url} size={148} errorLevel="M" color="#000000" bgColor="#ffffff" />
        </span>
        <figcaption>
          <span className="secondary small">{t('certificate.scan')}</span>
          {addresses.length > 1 && (
            <Segmented
              size="small"
              value={chosen}
              onChange={setChosen}
              aria-label={t('certificate.address')}
              options={addresses.map(({ name, address }) => ({ value: address, label: address, title: name }))}
            />
          )}
          <Copyable text={url} what={t('certificate.qr')} />
        </figcaption>
      </figure>
    </div>
  )
}

/** The certificate that devices must trust for HTTPS and MQTTS, as file and QR code. */
export const CertificatePanel = () => {
  const t = useTexts()
  const info = useQuery('station', (signal) => client.station.info(undefined, { signal }))
  const ca = useQuery('ca', (signal) => client.station.ca(undefined, { signal }))
  const failure = ca.failure ?? info.failure
  const off = ca.failure?.kind === 'coded' && ca.failure.code === 'TLS_OFF'
  const body = () => {
    if (off) return <p className="secondary">{t('certificate.off')}</p>
    if (ca.data !== undefined && info.data !== undefined)
      return (
        <>
          <p className="secondary certificate-hint">{t('certificate.hint')}</p>
          <Certificate authority={ca.data} info={info.data} />
        </>
      )
    return failure === undefined ? <Bones rows={4} /> : <Failed failure={failure} retry={ca.reload} />
  }
  return (
    <Panel title={t('certificate.title')} testId="certificate-panel">
      {body()}
    </Panel>
  )
}
