import { Input, Select } from 'antd'
import type { Package, Product } from '#shared/schema.ts'
import { flashTargets, targets } from '#shared/targets/index.ts'
import { Choice } from '../../../components/choice.tsx'
import { Fold } from '../../../components/fold.tsx'
import { Panel } from '../../../components/page.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import type { PathFile } from '../../packages/dropped-folder.ts'
import { ChecksEditor } from './checks-editor.tsx'
import { ExpectFields } from './expect-fields.tsx'
import { CheckField, Field } from './field.tsx'
import { ImagesEditor } from './images-editor.tsx'
import { OptionsForm } from './options-form.tsx'
import { ordered, type RecipeDraft, withTarget } from './recipe-draft.ts'
import { SerialsFields } from './serials-fields.tsx'
import { defaultsOf, fieldsOf } from './target-options.ts'
import { UnitDataEditor } from './unit-data-editor.tsx'
import type { Sending } from './use-image-uploads.ts'

interface RecipeFormProps {
  draft: RecipeDraft
  products: readonly Product[]
  packages: readonly Package[]
  sending: readonly Sending[]
  onFile: (file: File) => void
  onDrop: (key: string) => void
  onBuild: (files: readonly PathFile[]) => void
  /** The part of a build that is sent; undefined: none is read. */
  buildSent: number | undefined
  onPackage: (pack: Package, fileName: string) => void
  onChange: (draft: RecipeDraft) => void
  isFaulty: (at: string) => boolean
}

/** The whole recipe: its name, images and options, and the checks before and after. */
export const RecipeForm = (props: RecipeFormProps) => {
  const { draft, products, packages, sending, onFile, onDrop, onBuild, buildSent, onPackage, onChange, isFaulty } =
    props
  const t = useTexts()
  const set = (patch: Partial<RecipeDraft>) => onChange({ ...draft, ...patch })
  const { target, options, expect, unitData, checks, serials } = draft
  const fields = fieldsOf(target)
  const usual = defaultsOf(target)
  const changed = fields.filter(({ key, advanced }) => advanced && options[key] !== usual[key]).length
  const demands = Object.values(expect).filter((value) => value !== '' && value !== null && value !== false).length
  return (
    <div className="recipe-form">
      <Panel title={t('bench.recipes.sections.what')}>
        <div className="recipe-grid">
          <Field label={t('bench.recipes.name')} fault={isFaulty('name') ? t('required') : undefined}>
            <Input
              value={draft.name}
              maxLength={64}
              autoFocus={draft.name === ''}
              placeholder={t('bench.recipes.nameHint')}
              status={isFaulty('name') ? 'error' : ''}
              onChange={(event) => set({ name: event.target.value })}
              data-testid="recipe-name"
            />
          </Field>
          <Field label={t('bench.recipes.product')} hint={t('bench.recipes.productHint')}>
            <Select
              allowClear
              value={draft.productId}
              placeholder={t('bench.recipes.noProduct')}
              onChange={(id: number | undefined) => set({ productId: id ?? null })}
              options={products.map(({ id, name }) => ({ value: id, label: name }))}
              data-testid="recipe-product"
            />
          </Field>
          <Field label={t('bench.recipes.notes')}>
            <Input.TextArea
              value={draft.notes}
              autoSize={{ minRows: 1, maxRows: 4 }}
              maxLength={1000}
              placeholder={t('bench.recipes.notesHint')}
              onChange={(event) => set({ notes: event.target.value })}
            />
          </Field>
          <CheckField
            label={t('bench.recipes.autoStart')}
            hint={t('bench.recipes.autoStartHint')}
            checked={draft.autoStart}
            onChange={(autoStart) => set({ autoStart })}
            testId="recipe-auto-start"
          />
        </div>
      </Panel>
      <Panel title={t('bench.recipes.sections.target')}>
        <div className="cards recipe-targets" role="radiogroup" aria-label={t('bench.recipes.sections.target')}>
          {flashTargets.map((one) => (
            <Choice
              key={one}
              type="radio"
              name="recipe-target"
              checked={target === one}
              onChange={() => onChange(withTarget(draft, one))}
              title={t(`bench.targets.names.${one}`)}
              hint={t(`bench.targets.about.${one}`)}
              testId={`target-${one}`}
            />
          ))}
        </div>
      </Panel>
      <Panel title={t('bench.recipes.sections.images')}>
        <ImagesEditor
          target={target}
          images={draft.images}
          packages={packages}
          sending={sending}
          onFile={onFile}
          onDrop={onDrop}
          onBuild={onBuild}
          buildSent={buildSent}
          onPackage={onPackage}
          onChange={(images) => set({ images })}
          onSettle={() => set({ images: ordered(draft.images) })}
          isFaulty={isFaulty}
        />
      </Panel>
      <Panel title={t('bench.recipes.sections.how')}>
        <OptionsForm
          target={target}
          fields={fields.filter(({ advanced }) => !advanced)}
          options={options}
          onChange={(options) => set({ options })}
          isFaulty={isFaulty}
        />
        {fields.some(({ advanced }) => advanced) && (
          <Fold
            title={t('bench.recipes.sections.advanced')}
            value={
              changed === 0
                ? t('bench.recipes.sections.advancedKept')
                : t('bench.recipes.sections.advancedSet', { count: changed })
            }
            testId="recipe-advanced"
          >
            <OptionsForm
              target={target}
              fields={fields.filter(({ advanced }) => advanced)}
              options={options}
              onChange={(options) => set({ options })}
              isFaulty={isFaulty}
            />
          </Fold>
        )}
      </Panel>
      <div>
        <Fold
          title={t('bench.recipes.sections.expect')}
          value={
            demands === 0
              ? t('bench.recipes.sections.expectNone')
              : t('bench.recipes.sections.expectSet', { count: demands })
          }
          testId="recipe-expect"
        >
          <ExpectFields draft={draft} onChange={(expect) => set({ expect })} isFaulty={isFaulty} />
        </Fold>
        <Fold
          title={t('bench.recipes.sections.serials')}
          value={t(`bench.recipes.serials.from.${serials.from}`)}
          testId="recipe-serials"
        >
          <SerialsFields serials={serials} onChange={(changed) => set({ serials: changed })} isFaulty={isFaulty} />
        </Fold>
        {targets[target].unitData && (
          <Fold
            title={t('bench.recipes.sections.unitData')}
            value={
              unitData.on
                ? t('bench.recipes.sections.unitDataSet', { count: unitData.entries.length, address: unitData.address })
                : t('bench.recipes.sections.unitDataNone')
            }
            testId="recipe-unit-data"
          >
            <UnitDataEditor unitData={unitData} onChange={(unitData) => set({ unitData })} isFaulty={isFaulty} />
          </Fold>
        )}
        <Fold
          title={t('bench.recipes.sections.checks')}
          value={
            checks.length === 0
              ? t('bench.recipes.sections.checksNone')
              : t('bench.recipes.sections.checksSet', { count: checks.length })
          }
          testId="recipe-checks"
        >
          <ChecksEditor checks={checks} onChange={(checks) => set({ checks })} isFaulty={isFaulty} />
        </Fold>
      </div>
    </div>
  )
}
