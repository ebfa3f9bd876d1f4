import { Alert, Checkbox, Modal } from 'antd'
import { useState } from 'react'
import type { AuthorityKind, StationAuthority, StationInfo } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

interface NewAuthorityProps {
  readonly problems: StationInfo['tls']['problems']
  /** Undefined while one of them cannot be used. */
  readonly authority: StationAuthority | undefined
  readonly onClose: (made: boolean) => void
}

const kinds = ['rsa', 'ec'] as const

/** Selects the authorities to replace, and names the devices that lose their trust. */
export const NewAuthority = ({ problems, authority, onClose }: NewAuthorityProps) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [selected, setSelected] = useState<readonly AuthorityKind[]>(() =>
    kinds.filter((kind) => problems.some((problem) => problem.authority === kind && problem.problem !== 'notYetValid')),
  )
  const fingerprintOf = (kind: AuthorityKind): string | undefined =>
    kind === 'ec'
      ? authority?.ec?.fingerprint
      : // While the RSA authority is damaged the station hands out the EC one.
        authority?.fingerprint === authority?.ec?.fingerprint
        ? undefined
        : authority?.fingerprint
  const make = async () => {
    setBusy(true)
    const made = await act(
      () => client.station.replaceCa({ authorities: [...selected] }).then(() => true),
      t('certificate.renew.done'),
    )
    setBusy(false)
    if (made) onClose(true)
  }
  return (
    <Modal
      open
      width={520}
      title={t('certificate.renew.title')}
      okText={t('certificate.renew.confirm')}
      okButtonProps={{ danger: true, disabled: selected.length === 0, ...{ 'data-testid': 'ca-renew-yes' } }}
      cancelText={t('keep')}
      confirmLoading={busy}
      onOk={() => void make()}
      onCancel={() => onClose(false)}
    >
      <Checkbox.Group
        className="authority-kinds"
        value={[...selected]}
        onChange={(values) => setSelected(kinds.filter((kind) => values.includes(kind)))}
      >
        {kinds.map((kind) => (
          <Checkbox key={kind} value={kind} data-testid={`ca-renew-${kind}`}>
            {t(`certificate.names.${kind}`)} <span className="secondary small">{t(`certificate.renew.${kind}`)}</span>
            {fingerprintOf(kind) !== undefined && (
              <span className="mono secondary authority-fingerprint">{fingerprintOf(kind)?.slice(0, 23)}…</span>
            )}
          </Checkbox>
        ))}
      </Checkbox.Group>
      <Alert type="warning" showIcon title={t('certificate.renew.loses')} />
      <p className="secondary authority-kept">{t('certificate.renew.kept')}</p>
    </Modal>
  )
}
