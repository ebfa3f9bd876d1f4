import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, InputNumber, Select } from 'antd'
import { groupSizes } from '#shared/campaign/group-sizes.ts'
import { type Translate, useTexts } from '../../../../i18n/i18n.ts'
import type { GroupRow } from '../draft-forms.ts'
import { limitsOf, mostRows } from '../option-fields.ts'
import { Fault, type PlanProps } from './fault.tsx'
import { groupPresets, presetGroups, presetOf } from './plan.ts'

const MOST = mostRows('groups')

const nameOf = (index: number, t: Translate): string =>
  index === 0
    ? t('campaigns.plan.canary')
    : index === 1
      ? t('campaigns.plan.first')
      : t('campaigns.plan.groupNumber', { number: index })

interface EditorProps extends PlanProps {
  /** Number of matching devices; undefined until known. */
  matching: number | undefined
}

/** Groups in order before the rest: their share, their success threshold, and how the next one opens. */
export const GroupsEditor = ({ draft, change, faults, matching }: EditorProps) => {
  const t = useTexts()
  const { groups, strategy } = draft
  const dynamic = strategy === 'dynamic'
  const names = Array.from({ length: MOST }, (_, index) => nameOf(index, t))
  const preset = presetOf(groups)
  const sizes =
    matching === undefined
      ? undefined
      : groupSizes(
          matching,
          groups.map(({ percent }) => ({ percent: percent ?? 1 })),
        )
  const size = (index: number) =>
    sizes === undefined ? null : t('campaigns.rollout.size', { count: sizes[index] ?? 0 })
  const edit = (id: number, part: Partial<GroupRow>) =>
    change({ groups: groups.map((row) => (row.id === id ? { ...row, ...part } : row)) })
  const add = () =>
    change({
      groups: [
        ...groups,
        {
          id: (groups.at(-1)?.id ?? 0) + 1,
          name: nameOf(groups.length, t),
          percent: 10,
          successPercent: 95,
          proceed: 'auto',
        },
      ],
    })

  return (
    <div className="section">
      <h3>{t('campaigns.plan.groups')}</h3>
      <fieldset className="pills" aria-label={t('campaigns.plan.groups')} disabled={dynamic}>
        {groupPresets.map((item) => (
          <button
            key={item}
            type="button"
            className="pill"
            aria-pressed={!dynamic && item === preset}
            onClick={() => change({ groups: item === 'own' && groups.length > 0 ? groups : presetGroups(item, names) })}
            data-testid={`groups-${item}`}
          >
            {t(`campaigns.plan.presets.${item}`)}
          </button>
        ))}
      </fieldset>
      <p className="secondary small plan-hint">
        {dynamic ? t('campaigns.plan.groupsDynamic') : t('campaigns.plan.groupsHint')}
      </p>
      {!dynamic && groups.length > 0 && (
        <div className="group-rows" data-testid="group-rows">
          <div className="group-row group-head secondary small">
            <span>{t('campaigns.plan.groupName')}</span>
            <span>{t('campaigns.plan.groupPercent')}</span>
            <span />
            <span>{t('campaigns.plan.success')}</span>
            <span>{t('campaigns.plan.proceed')}</span>
            <span />
          </div>
          {groups.map((row, index) => (
            <div key={row.id} className="group-row">
              <Input
                aria-label={t('campaigns.plan.groupName')}
                value={row.name}
                maxLength={64}
                status={row.name.trim() === '' ? 'error' : ''}
                onChange={(event) => edit(row.id, { name: event.target.value })}
                data-testid={`group-name-${index}`}
              />
              <InputNumber
                aria-label={t('campaigns.plan.groupPercent')}
                {...limitsOf('groups', 'percent')}
                precision={0}
                suffix="%"
                value={row.percent}
                onChange={(percent) => edit(row.id, { percent })}
                style={{ width: '100%' }}
                data-testid={`group-percent-${index}`}
              />
              <span className="secondary small">{size(index)}</span>
              <InputNumber
                aria-label={t('campaigns.plan.success')}
                {...limitsOf('groups', 'successPercent')}
                precision={0}
                suffix="%"
                value={row.successPercent}
                onChange={(successPercent) => edit(row.id, { successPercent })}
                style={{ width: '100%' }}
                data-testid={`group-success-${index}`}
              />
              <Select
                aria-label={t('campaigns.plan.proceed')}
                value={row.proceed}
                onChange={(proceed) => edit(row.id, { proceed })}
                options={[
                  { value: 'auto', label: t('campaigns.plan.proceedAuto') },
                  { value: 'person', label: t('campaigns.plan.proceedPerson') },
                ]}
                data-testid={`group-proceed-${index}`}
              />
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={`${t('removeNow')} ${row.name}`}
                onClick={() => change({ groups: groups.filter((item) => item.id !== row.id) })}
              />
            </div>
          ))}
          <div className="group-row">
            <span className="strong group-rest">{t('campaigns.plan.rest')}</span>
            <span className="secondary">
              {Math.max(0, 100 - groups.reduce((sum, row) => sum + (row.percent ?? 0), 0))}%
            </span>
            <span className="secondary small">{size(groups.length)}</span>
          </div>
          <div className="plan-line">
            <Button size="small" type="dashed" icon={<PlusOutlined />} disabled={groups.length >= MOST} onClick={add}>
              {t('campaigns.plan.addGroup')}
            </Button>
            <Fault faults={faults} of={['groupName', 'groupSum']} />
          </div>
        </div>
      )}
    </div>
  )
}
