import { DownloadOutlined } from '@ant-design/icons'
import { Alert, Button, QRCode, Segmented } from 'antd'
import { useState } from 'react'
import type { StationAuthority, StationInfo } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { usePolled, useQuery } from '../../api/queries.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/page.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { listenerAt } from '../overview/addresses.ts'
import { problemText } from './authority-text.ts'
import { NewAuthority } from './new-authority.tsx'
import { SettingSwitch } from './setting-switch.tsx'

const FILE = 'ota-bench-ca'
/** Milliseconds between two queries, because the clock may be set or a file put back while the screen is open. */
const LOOK_MS = 10_000

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
  // While the RSA authority is damaged the station hands out the EC one.
  const ec = authority.ec?.fingerprint === authority.fingerprint ? null : authority.ec
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
            ...(ec === null
              ? []
              : [
                  [
                    t('certificate.earlier'),
                    <div key="e">
                      <Copyable text={ec.fingerprint} what={t('certificate.fingerprint')} />
                      <div className="secondary small">{t('certificate.earlierHint')}</div>
                    </div>,
                  ] as const,
                ]),
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
          {ec !== null && (
            <Button
              icon={<DownloadOutlined />}
              onClick={() => saveAs(`${FILE}-ec.pem`, 'application/x-pem-file', ec.pem)}
              data-testid="ca-ec-pem"
            >
              {t('certificate.earlierPem')}
            </Button>
          )}
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

/** The certificates that devices must trust for HTTPS and MQTTS, their problems, and the options for old devices. */
export const CertificatePanel = () => {
  const t = useTexts()
  const language = useLanguage()
  const info = useQuery('station', (signal) => client.station.info(undefined, { signal }))
  const ca = useQuery('ca', (signal) => client.station.ca(undefined, { signal }))
  const [renewing, setRenewing] = useState(false)
  usePolled(info, LOOK_MS)
  usePolled(ca, LOOK_MS)
  const tls = info.data?.tls
  // An answer from before the authority was damaged or repaired.
  const authority = tls?.state === 'on' ? ca.data : undefined
  // The problem above explains why there is no certificate to hand out.
  const isDamaged = ca.failure?.kind === 'coded' && ca.failure.code === 'CA_UNUSABLE'
  const failure = info.failure ?? (tls?.state === 'on' ? ca.failure : undefined)
  const reload = () => {
    info.reload()
    ca.reload()
  }
  const body = () => {
    if (tls === undefined || info.data === undefined) return <Unanswered query={{ failure, reload }} rows={4} />
    if (tls.state === 'off') return <p className="secondary">{t('certificate.off')}</p>
    return (
      <>
        {tls.problems.map((problem) => (
          <Alert
            key={`${problem.authority} ${problem.problem} ${problem.file}`}
            type={problem.served ? 'warning' : 'error'}
            showIcon
            title={problemText(problem, tls.state, t, language)}
            className="certificate-problem"
            data-testid="certificate-problem"
          />
        ))}
        {tls.state === 'on' && (
          <>
            {!isDamaged && <p className="secondary certificate-hint">{t('certificate.hint')}</p>}
            {authority !== undefined && <Certificate authority={authority} info={info.data} />}
            {authority === undefined && !isDamaged && <Unanswered query={{ failure, reload }} rows={4} />}
          </>
        )}
        <SettingSwitch
          setting="staticRsa"
          label={t('certificate.staticRsa')}
          hint={t('certificate.staticRsaHint')}
          initially
          testId="static-rsa"
        />
      </>
    )
  }
  return (
    <Panel
      title={t('certificate.title')}
      testId="certificate-panel"
      extra={
        tls !== undefined &&
        tls.state !== 'off' && (
          <Button size="small" onClick={() => setRenewing(true)} data-testid="ca-renew">
            {t('certificate.renew.open')}
          </Button>
        )
      }
    >
      {body()}
      {renewing && (
        <NewAuthority
          problems={tls?.problems ?? []}
          authority={authority}
          onClose={(made) => {
            setRenewing(false)
            if (made) reload()
          }}
        />
      )}
    </Panel>
  )
}
