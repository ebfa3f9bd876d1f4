import './setup.css'
import { Button, Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import type { Line, Recipe } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useAct } from '../../../components/use-action.ts'
import { useConfirm } from '../../../components/use-confirm.tsx'
import { useFollowed } from '../../../components/use-followed.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { showLine, useBenchStore } from '../bench-store.ts'
import { Learn } from './learn.tsx'
import { type DraftSlot, draftOf, inputOf, slotFault } from './slot-draft.ts'
import { SlotList } from './slot-list.tsx'

interface Values {
  name: string
  recipeId: number | null
  start: 'recipe' | 'plug' | 'hand'
  waitForContact: number | null
  operator?: string
}

const starts = { recipe: null, plug: true, hand: false } as const
const startOf = (autoStart: boolean | null): Values['start'] =>
  autoStart === null ? 'recipe' : autoStart ? 'plug' : 'hand'

interface LineModalProps {
  /** Undefined: a new one. */
  line: Line | undefined
  recipes: readonly Recipe[]
  /** Called when a new line was created. */
  onMade: (line: Line) => void
  onClose: () => void
  onRecipes: () => void
}

/** Only the changed members: operators may change recipe and operator, and the station refuses a call with any other member. */
const changed = <T extends Partial<Line>>(line: Line, input: T): Partial<T> =>
  Object.fromEntries(Object.entries(input).filter(([name, value]) => line[name as keyof Line] !== value)) as Partial<T>

/** A line's name, recipe and slots; a new one is set up by plugging in one board after the other. */
export const LineModal = ({ line: given, recipes, onMade, onClose, onRecipes }: LineModalProps) => {
  const t = useTexts()
  const act = useAct()
  const confirm = useConfirm()
  const [form] = Form.useForm<Values>()
  const [busy, setBusy] = useState(false)
  const [touched, setTouched] = useState(false)
  // A new line is created in the first step, so that boards can be plugged in for it.
  const [madeId, setMadeId] = useState<number>()
  const line = useBenchStore((state) => state.lines.find(({ id }) => id === (given?.id ?? madeId))) ?? given
  const followed = useFollowed(line)
  const [draft, setDraft] = useState<readonly DraftSlot[]>()
  const slots = draft ?? (line?.slots ?? []).map(draftOf)
  const fault = slotFault(slots)
  // Learned slots are saved at once: there is nothing to cancel.
  const kept = line !== undefined && draft === undefined && !touched

  const store = async ({ name, recipeId, start, waitForContact, operator }: Values) => {
    setBusy(true)
    const input = {
      name,
      recipeId: recipeId ?? null,
      autoStart: starts[start],
      waitForContact: waitForContact ?? 0,
      operator: operator?.trim() || null,
    }
    const saved = await act(() =>
      line === undefined
        ? client.bench.createLine({ ...input, slots: slots.map(inputOf) })
        : client.bench.updateLine({
            id: line.id,
            ...changed(line, input),
            ...(draft && { slots: draft.map(inputOf) }),
          }),
    )
    setBusy(false)
    if (saved === undefined) return
    showLine(saved)
    setDraft(undefined)
    setTouched(false)
    if (line === undefined) onMade(saved)
    if (line === undefined && saved.slots.length === 0) return setMadeId(saved.id)
    if (saved.learning) await act(() => client.bench.learn({ id: saved.id, on: false }))
    onClose()
  }
  const save = async (values: Values) => {
    if (fault !== undefined) return
    const dropped = (line?.slots ?? []).filter(({ id }) => draft?.every((slot) => slot.id !== id) ?? false)
    if (dropped.length === 0) return store(values)
    confirm({
      title: t('bench.setup.dropTitle', { count: dropped.length }),
      loses: [
        t('bench.setup.dropLoses', { count: dropped.length, labels: dropped.map(({ label }) => label).join(', ') }),
      ],
      hint: t('bench.setup.removeKeeps'),
      confirm: t('removeNow'),
      act: () => store(values),
    })
  }
  const close = () => {
    if (line?.learning) void act(() => client.bench.learn({ id: line.id, on: false }))
    onClose()
  }
  const remove = () => {
    if (line === undefined) return
    confirm({
      // A line that learns gets slots while it is asked.
      subscribe: followed.subscribe,
      read: () => {
        const now = followed.read() ?? line
        return {
          title: t('bench.setup.removeTitle', { name: now.name }),
          loses: [t('bench.setup.removeLoses', { count: now.slots.length })],
          hint: t('bench.setup.removeKeeps'),
          confirm: t('removeNow'),
          act: async () => {
            if ((await act(() => client.bench.removeLine({ id: now.id }))) !== undefined) onClose()
          },
        }
      },
    })
  }
  return (
    <Modal
      open
      centered
      width={720}
      mask={{ closable: false }}
      title={given === undefined ? t('bench.addLine') : t('bench.lineSettings', { name: given.name })}
      onCancel={close}
      footer={
        <div className="setup-foot">
          {given !== undefined && (
            <Button danger onClick={remove} data-testid="line-remove">
              {t('remove')}
            </Button>
          )}
          <span className="setup-foot-end">
            <Button onClick={close}>{kept ? t('close') : t('cancel')}</Button>
            <Button
              type="primary"
              htmlType="submit"
              form="line-form"
              loading={busy}
              disabled={fault !== undefined}
              data-testid="line-save"
            >
              {line === undefined ? t('bench.setup.next') : given === undefined ? t('bench.setup.done') : t('save')}
            </Button>
          </span>
        </div>
      }
    >
      <Form<Values>
        id="line-form"
        form={form}
        layout="vertical"
        onFinish={save}
        onValuesChange={() => setTouched(true)}
        initialValues={{
          name: line?.name ?? '',
          recipeId: line?.recipeId ?? recipes[0]?.id ?? null,
          start: startOf(line?.autoStart ?? null),
          waitForContact: line?.waitForContact ?? 0,
          operator: line?.operator ?? '',
        }}
      >
        <div className="setup-two">
          <Form.Item
            name="name"
            label={t('bench.setup.name')}
            rules={[{ required: true, whitespace: true, message: t('required') }]}
          >
            <Input
              maxLength={64}
              autoFocus={line === undefined}
              placeholder={t('bench.setup.nameHint')}
              data-testid="line-name"
            />
          </Form.Item>
          <Form.Item name="operator" label={t('bench.slot.operator')}>
            <Input maxLength={64} placeholder={t('optional')} />
          </Form.Item>
          <Form.Item
            name="recipeId"
            label={t('bench.slot.recipe')}
            extra={
              recipes.length === 0 && (
                <Button type="link" size="small" onClick={onRecipes} style={{ padding: 0 }}>
                  {t('bench.setup.makeRecipe')}
                </Button>
              )
            }
          >
            <Select
              allowClear
              placeholder={t('bench.noRecipe')}
              options={recipes.map(({ id, name, version }) => ({ value: id, label: `${name} v${version}` }))}
              data-testid="line-recipe"
            />
          </Form.Item>
          <Form.Item name="start" label={t('bench.setup.start')}>
            <Select
              options={(['recipe', 'plug', 'hand'] as const).map((value) => ({
                value,
                label: t(`bench.setup.starts.${value}`),
              }))}
              data-testid="line-start"
            />
          </Form.Item>
          <Form.Item name="waitForContact" label={t('bench.setup.wait')} extra={t('bench.setup.waitHint')}>
            <InputNumber
              min={0}
              max={86_400}
              precision={0}
              suffix={t('bench.setup.seconds')}
              style={{ width: '100%' }}
              data-testid="line-wait"
            />
          </Form.Item>
        </div>
      </Form>
      {line === undefined ? (
        <p className="secondary">{t('bench.setup.thenSlots')}</p>
      ) : (
        <>
          <Learn line={line} disabled={draft !== undefined} />
          <SlotList slots={slots} onChange={setDraft} />
        </>
      )}
      {fault !== undefined && (
        <p className="setup-fault" role="alert">
          {t(`bench.setup.fault.${fault}`)}
        </p>
      )}
    </Modal>
  )
}
