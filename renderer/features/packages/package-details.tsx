import { RocketOutlined, SafetyCertificateOutlined } from '@ant-design/icons'
import { Button, Drawer } from 'antd'
import type { Package } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { go } from '../../app/router.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { VerificationTag } from '../../components/state-label.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { useLiveStore } from '../../live/live-store.ts'
import { mayUpgrade } from '../campaigns/wizard/campaign-draft.ts'
import { CheckFilesButton, DamagedFilesNotice } from './damaged-files-notice.tsx'
import { DeltasSection } from './deltas/deltas-section.tsx'
import { SkipButton } from './skip-button.tsx'

interface DetailsProps {
  pack: Package
  productName: string
  onChanged: () => void
  onRemoved: () => void
}

const Actions = ({ pack, onChanged, onRemoved }: DetailsProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const usable = mayUpgrade(pack.verification) && pack.damagedFiles.length === 0
  const settled = pack.verification === 'verified'
  const wizard = (kind: string) => go('campaigns', 'new', { package: String(pack.id), kind })
  return (
    <div className="drawer-actions">
      {usable && (
        <Button
          type="primary"
          icon={<RocketOutlined />}
          onClick={() => wizard('upgrade')}
          data-testid="package-upgrade"
        >
          {t('packages.detail.upgrade')}
        </Button>
      )}
      {!settled && (
        <Button
          type={usable ? 'default' : 'primary'}
          icon={<SafetyCertificateOutlined />}
          onClick={() => wizard('verify')}
          data-testid="package-verify-now"
        >
          {t('packages.detail.verifyNow')}
        </Button>
      )}
      {!mayUpgrade(pack.verification) && <SkipButton pack={pack} onSkipped={onChanged} />}
      <CheckFilesButton pack={pack} onChanged={onChanged} />
      <Button
        danger
        data-testid="package-remove"
        onClick={() =>
          ask({
            title: t('packages.detail.removeTitle', { name: pack.name }),
            loses: [
              ...pack.files.map((file) =>
                t('packages.detail.removeFile', { file: file.name, size: formatBytes(file.size, language) }),
              ),
              t('packages.detail.removeCampaigns'),
            ],
            confirm: t('removeNow'),
            act: async () => {
              const gone = await act(
                () => client.packages.remove({ id: pack.id, force: true }),
                t('removed', { name: pack.name }),
              )
              if (gone) onRemoved()
            },
          })
        }
      >
        {t('remove')}
      </Button>
    </div>
  )
}

const Details = (props: DetailsProps) => {
  const { pack, productName } = props
  const t = useTexts()
  const language = useLanguage()
  return (
    <>
      <Facts
        items={[
          [t('version'), <b key="v">{pack.version}</b>],
          [t('product'), productName],
          [t('module'), pack.module],
          [t('packages.detail.verification'), <VerificationTag key="s" state={pack.verification} />],
          [t('packages.detail.skipReason'), pack.skipReason ?? undefined],
          [t('created'), formatDateTime(pack.createdAt, language)],
          [
            t('packages.detail.sign', { method: pack.signMethod }),
            pack.sign ? <Copyable key="sign" text={pack.sign} what={pack.signMethod} /> : undefined,
          ],
          [t('packages.form.description'), pack.description ?? undefined],
        ]}
      />
      <DamagedFilesNotice pack={pack} onChanged={props.onChanged} />
      {!mayUpgrade(pack.verification) && (
        <p className="note form-aside" data-tone="person">
          {t('packages.detail.needsVerification')}
        </p>
      )}
      <DeltasSection key={pack.id} pack={pack} />
      {pack.files.map((file) => (
        <div className="section" key={file.name}>
          <h3>
            {file.name} <span className="secondary">{formatBytes(file.size, language)}</span>
          </h3>
          <Facts
            items={[
              ['MD5', <Copyable key="m" text={file.md5} what="MD5" />],
              ['SHA-256', <Copyable key="s" text={file.sha256} what="SHA-256" />],
            ]}
          />
        </div>
      ))}
      {pack.customInfo !== null && (
        <div className="section">
          <h3>{t('packages.detail.custom')}</h3>
          <pre className="code mono">{JSON.stringify(pack.customInfo, null, 2)}</pre>
        </div>
      )}
      <Actions {...props} />
    </>
  )
}

interface DrawerProps {
  id: number | null
  productName: (id: number) => string
  onClose: () => void
  onChanged: () => void
}

/** All facts of one package, and its actions. */
export const PackageDrawer = ({ id, productName, onClose, onChanged }: DrawerProps) => {
  const t = useTexts()
  const stamp = useLiveStore((state) => state.packagesStamp)
  const query = useQuery(id === null ? null : `package/${id}/${stamp}`, (signal) =>
    client.packages.get({ id: id ?? 0 }, { signal }),
  )
  return (
    <Drawer
      open={id !== null}
      onClose={onClose}
      size={640}
      title={query.data?.name ?? (query.failure ? t('listFailed') : t('loading'))}
      data-testid="package-details"
    >
      {id !== null && (query.data === undefined || query.failure !== undefined) && (
        <Unanswered query={query} rows={6} />
      )}
      {query.data !== undefined && (
        <Details
          pack={query.data}
          productName={productName(query.data.productId)}
          onChanged={() => {
            query.reload()
            onChanged()
          }}
          onRemoved={() => {
            onClose()
            onChanged()
          }}
        />
      )}
    </Drawer>
  )
}
