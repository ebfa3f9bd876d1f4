import { App, Form, Input, Modal, Segmented, Select } from 'antd'
import { useEffect, useState } from 'react'
import type { z } from 'zod'
import { VERSION_MAX } from '#shared/limits.ts'
import type { DeltaInput, Package } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { DropVeil } from '../../../components/drop-veil.tsx'
import { Empty } from '../../../components/empty-state.tsx'
import { ListBody } from '../../../components/list-body.tsx'
import { listOf } from '../../../components/list-state.ts'
import { useAct } from '../../../components/use-action.ts'
import { formatBytes } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { versionIn } from '../file-check.ts'
import { FileField } from '../file-field.tsx'
import { useFileDrop } from '../use-file-drop.ts'
import { useUpload } from '../use-upload.ts'
import { type MadeFormat, wantedVersions } from './delta-text.ts'
import { FieldBases } from './field-bases.tsx'
import { FormatChoice } from './format-choice.tsx'
import { UploadedBases } from './uploaded-bases.tsx'

const ways = ['field', 'package', 'upload'] as const
type Way = (typeof ways)[number]

interface MakeProps {
  pack: Package
  onClose: () => void
  onMade: () => void
}

const MakeForm = ({ pack, onClose, onMade }: MakeProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const { message } = App.useApp()
  const { productId } = pack
  const [way, setWay] = useState<Way>('field')
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const [packageId, setPackageId] = useState<number>()
  const [version, setVersion] = useState('')
  const [format, setFormat] = useState<MadeFormat | null>(null)
  const [busy, setBusy] = useState(false)
  const { state, send, clear, keep } = useUpload('base')
  const field = useQuery(`field-versions/${pack.id}`, (signal) =>
    client.diffs.fieldVersions({ id: pack.id }, { signal }),
  )
  const packages = useQuery(`packages-of/${productId}/${pack.module}`, (signal) =>
    client.packages.list({ productId, module: pack.module, limit: 1000 }, { signal }),
  )
  const modules = useQuery(`modules/${productId}`, (signal) => client.products.modules({ id: productId }, { signal }))
  const module = modules.data?.items.find(({ name }) => name === pack.module)
  const bases = listOf(field)
  const versions = field.data?.items
  useEffect(() => {
    if (versions !== undefined) setChosen((before) => before ?? new Set(wantedVersions(versions)))
  }, [versions])

  const give = (file: File) => {
    if (busy) return
    setWay('upload')
    send(file)
    if (version === '') setVersion(versionIn(file.name) ?? '')
  }
  const hovering = useFileDrop(give)

  const fromVersion = version.trim()
  const same = fromVersion === pack.version
  const input = (): z.input<typeof DeltaInput> | undefined => {
    if (way === 'field') return chosen !== null && chosen.size > 0 ? { fromVersions: [...chosen] } : undefined
    if (way === 'package') return packageId === undefined ? undefined : { basePackageId: packageId }
    return state.step === 'done' && fromVersion !== '' && !same
      ? { baseUpload: state.upload.id, fromVersion }
      : undefined
  }
  const asked = input()
  const count = way === 'field' ? (chosen?.size ?? 0) : 1
  const make = async () => {
    if (asked === undefined) return
    setBusy(true)
    const made = await act(() => client.diffs.create({ id: pack.id, ...asked, format: format ?? undefined }))
    setBusy(false)
    if (made === undefined) return
    if (way === 'upload') keep()
    message.success(t('deltas.make.queued', { count: 1 + made.others.length }))
    onMade()
    onClose()
  }

  const others = packages.data?.items.filter(
    (other) => other.id !== pack.id && other.version !== pack.version && other.files.length === 1,
  )
  return (
    <Modal
      open
      mask={{ closable: false }}
      title={t('deltas.make.title', { version: pack.version })}
      onCancel={onClose}
      width={680}
      okText={t('deltas.make.submit', { count: Math.max(1, count) })}
      okButtonProps={{ disabled: asked === undefined, loading: busy, ...{ 'data-testid': 'diff-make-submit' } }}
      onOk={make}
    >
      <Segmented
        block
        className="make-ways"
        value={way}
        onChange={setWay}
        aria-label={t('deltas.make.base')}
        options={ways.map((value) => ({
          value,
          label: <span data-testid={`diff-way-${value}`}>{t(`deltas.make.ways.${value}`)}</span>,
        }))}
      />
      {way === 'field' && (
        <ListBody
          list={bases}
          skeletonRows={3}
          empty={<Empty title={t('deltas.make.noField')} hint={t('deltas.make.noFieldHint')} />}
        >
          <p className="secondary small make-way">{t('deltas.make.fieldHint')}</p>
          <FieldBases
            versions={bases.items}
            chosen={chosen ?? new Set()}
            choose={setChosen}
            onGive={(wanted) => {
              setVersion(wanted)
              setWay('upload')
            }}
          />
        </ListBody>
      )}
      {way === 'package' && (
        <Form layout="vertical">
          <Form.Item label={t('deltas.make.package')} extra={t('deltas.make.packageHint')}>
            <Select
              value={packageId}
              onChange={setPackageId}
              loading={packages.loading}
              notFoundContent={t('deltas.make.noPackages')}
              data-testid="diff-base-package"
              options={others?.map((other) => ({
                value: other.id,
                label: `${other.version} · ${other.name} · ${formatBytes(other.size, language)}`,
              }))}
            />
          </Form.Item>
        </Form>
      )}
      {way === 'upload' && (
        <Form layout="vertical">
          <Form.Item label={t('deltas.make.image')} extra={t('deltas.make.imageHint')}>
            <FileField
              state={state}
              settings={undefined}
              fault={undefined}
              prompt={t('deltas.make.choose')}
              testId="diff-base-file"
              onFile={give}
              onAbort={clear}
            />
          </Form.Item>
          <Form.Item
            label={t('deltas.make.version')}
            extra={t('deltas.make.versionHint')}
            validateStatus={same ? 'error' : undefined}
            help={same ? t('deltas.make.same') : undefined}
          >
            <Input
              value={version}
              onChange={(event) => setVersion(event.target.value)}
              maxLength={VERSION_MAX}
              data-testid="diff-base-version"
            />
          </Form.Item>
          <UploadedBases pack={pack} onChanged={field.reload} />
        </Form>
      )}
      {module !== undefined && (
        <FormatChoice module={module} format={format} choose={setFormat} onModule={modules.reload} />
      )}
      {hovering && <DropVeil text={t('deltas.make.drop')} />}
    </Modal>
  )
}

/** Selects the base versions and the format of the deltas to make. */
export const MakeModal = ({ open, ...props }: MakeProps & { open: boolean }) => (open ? <MakeForm {...props} /> : null)
