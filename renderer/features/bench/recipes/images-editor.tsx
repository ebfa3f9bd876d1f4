import { DeleteOutlined, FileOutlined, UploadOutlined } from '@ant-design/icons'
import { App, Button, Input, Progress, Select } from 'antd'
import { useCallback } from 'react'
import { packageFormats, recipeFormats } from '#shared/limits.ts'
import type { Package } from '#shared/schema.ts'
import { type FlashTarget, targets } from '#shared/targets/index.ts'
import { DropVeil } from '../../../components/drop-veil.tsx'
import { useFilePicker } from '../../../components/file-picker.tsx'
import { failureText } from '../../../components/status-text.ts'
import { formatBytes, formatPercent } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { filesBelow, type PathFile } from '../../packages/dropped-folder.ts'
import { hasFormat } from '../../packages/file-check.ts'
import { useFilesDrop } from '../../packages/use-file-drop.ts'
import { addressKind, suggestedAddress } from './address.ts'
import { isBuild, isBuildFile } from './build-files.ts'
import type { DraftImage } from './recipe-draft.ts'
import type { Sending } from './use-image-uploads.ts'

const formats = [...recipeFormats.filter((format) => format !== '.otarecipe'), ...packageFormats]

interface ImagesProps {
  target: FlashTarget
  images: readonly DraftImage[]
  packages: readonly Package[]
  sending: readonly Sending[]
  onFile: (file: File) => void
  onDrop: (key: string) => void
  /** Called with the files of a build, which fills the recipe. */
  onBuild: (files: readonly PathFile[]) => void
  /** The part of a build that is sent; undefined: none is read. */
  buildSent: number | undefined
  onPackage: (pack: Package, fileName: string) => void
  onChange: (images: readonly DraftImage[]) => void
  /** Called after an address was entered: the rows may be sorted. */
  onSettle: () => void
  isFaulty: (at: string) => boolean
}

/** The images and their addresses: dropped or chosen files, and packages of the library. */
export const ImagesEditor = (props: ImagesProps) => {
  const {
    target,
    images,
    packages,
    sending,
    onFile,
    onDrop,
    onBuild,
    buildSent,
    onPackage,
    onChange,
    onSettle,
    isFaulty,
  } = props
  const t = useTexts()
  const language = useLanguage()
  const { message } = App.useApp()
  const take = useCallback(
    (files: readonly File[]) => {
      // An archive for a target without builds is an image as it is.
      if (targets[target].builds && isBuild(files.map(({ name }) => name)))
        return onBuild(files.map((file) => ({ path: file.name, file })))
      for (const file of files)
        if (hasFormat(file.name, formats)) onFile(file)
        else message.error(t('bench.recipes.images.badFormat', { name: file.name, formats: formats.join(' ') }), 6)
    },
    [onFile, onBuild, target, message, t],
  )
  const takeFolder = useCallback(
    async (entries: readonly FileSystemEntry[]) => {
      const files = await filesBelow(entries, isBuildFile)
      if (files.length > 0) onBuild(files)
      else message.error(t('bench.recipes.build.none'), 6)
    },
    [onBuild, message, t],
  )
  const hovering = useFilesDrop(take, takeFolder)
  const choices = packages.flatMap((pack) =>
    pack.files.map((file) => ({
      value: `${pack.id}/${file.name}`,
      label: `${pack.name} ${pack.version} · ${file.name} · ${formatBytes(file.size, language)}`,
    })),
  )
  const pick = (value: string) => {
    const [id, ...name] = value.split('/')
    const pack = packages.find((one) => one.id === Number(id))
    if (pack !== undefined) onPackage(pack, name.join('/'))
  }
  const origin = (image: DraftImage): string => {
    const pack = packages.find(({ id }) => id === image.packageId)
    if (pack !== undefined) return t('bench.recipes.images.ofPackage', { name: pack.name, version: pack.version })
    return t('bench.recipes.images.ofFile')
  }
  const addressOf = (image: DraftImage) => {
    const kind = addressKind(target, image.name)
    if (kind === 'none') return <span className="secondary">{t('bench.recipes.images.noAddress')}</span>
    if (kind === 'file') return <span className="secondary">{t('bench.recipes.images.inFile')}</span>
    return (
      <Input
        className="mono"
        value={image.address}
        placeholder={suggestedAddress(target, '', {})}
        status={isFaulty(`image.${image.key}`) ? 'error' : ''}
        aria-label={`${t('bench.recipes.images.address')} ${image.name}`}
        maxLength={12}
        onChange={(event) =>
          onChange(images.map((one) => (one.key === image.key ? { ...one, address: event.target.value } : one)))
        }
        onBlur={onSettle}
        onPressEnter={onSettle}
        data-testid={`image-address-${image.name}`}
      />
    )
  }
  const { picker, choose } = useFilePicker({
    multiple: true,
    testId: 'recipe-file',
    accept: [...formats, ...(targets[target].builds ? ['.json'] : [])]
      .map((format) => `.${format.split('.').at(-1)}`)
      .join(','),
    onFiles: take,
  })
  const faulty = images.some(({ key }) => isFaulty(`image.${key}`))
  return (
    <>
      {picker}
      {(images.length > 0 || sending.length > 0) && (
        <ul className="images">
          {images.map((image) => (
            <li key={image.key}>
              <FileOutlined className="secondary" />
              <span className="image-name">
                <b title={image.name}>{image.name}</b>
                <span className="secondary small">
                  {origin(image)} · {formatBytes(image.size, language)}
                </span>
              </span>
              {addressOf(image)}
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('bench.recipes.images.remove', { name: image.name })}
                title={t('bench.recipes.images.remove', { name: image.name })}
                onClick={() => onChange(images.filter(({ key }) => key !== image.key))}
              />
            </li>
          ))}
          {sending.map(({ key, name, size, sent, failure }) => (
            <li key={`sending-${key}`}>
              <UploadOutlined className="secondary" />
              <span className="image-name">
                <b title={name}>{name}</b>
                {failure === undefined ? (
                  <Progress percent={(sent / Math.max(1, size)) * 100} showInfo={false} size="small" status="active" />
                ) : (
                  <span className="fault small" role="alert">
                    {failureText(failure, language, t)}
                  </span>
                )}
              </span>
              <span className="secondary small">
                {failure === undefined &&
                  t('bench.recipes.images.sending', {
                    percent: formatPercent(Math.floor((sent / Math.max(1, size)) * 100), language),
                  })}
              </span>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('bench.recipes.images.abort', { name })}
                onClick={() => onDrop(key)}
              />
            </li>
          ))}
        </ul>
      )}
      {buildSent !== undefined && (
        <p className="build-reading" role="status">
          <span className="secondary small">
            {t('bench.recipes.build.reading', { percent: formatPercent(Math.floor(buildSent * 100), language) })}
          </span>
          <Progress percent={buildSent * 100} showInfo={false} size="small" status="active" />
        </p>
      )}
      <div className="images-add" data-faulty={isFaulty('images')}>
        <button type="button" className="file-choose" onClick={choose}>
          <UploadOutlined />
          <b>{t('bench.recipes.images.choose')}</b>
          <span className="secondary small">
            {t(targets[target].builds ? 'bench.recipes.build.formats' : 'bench.recipes.images.formats')}
          </span>
        </button>
        <Select
          value={null}
          showSearch={{ optionFilterProp: 'label' }}
          disabled={choices.length === 0}
          placeholder={
            choices.length === 0 ? t('bench.recipes.images.libraryEmpty') : t('bench.recipes.images.fromLibrary')
          }
          aria-label={t('bench.recipes.images.fromLibrary')}
          onChange={(value: string | null) => value !== null && pick(value)}
          options={choices}
          data-testid="recipe-library"
        />
      </div>
      {(isFaulty('images') || faulty) && (
        <p className="fault small" role="alert">
          {isFaulty('images') ? t('bench.recipes.images.needOne') : t('bench.recipes.images.needAddress')}
        </p>
      )}
      {hovering && <DropVeil text={t('bench.recipes.images.drop')} />}
    </>
  )
}
