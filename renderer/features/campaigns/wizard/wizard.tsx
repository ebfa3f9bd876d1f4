import { App, Button, Steps } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { go } from '../../../app/router.ts'
import { Page } from '../../../components/page.tsx'
import { useAct } from '../../../components/use-action.ts'
import { useNow } from '../../../components/use-now.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import {
  type Draft,
  defaultName,
  emptyDraft,
  inputOf,
  isReady,
  targetOf,
  withDeltas,
  withPackage,
  wizardSteps,
} from './campaign-draft.ts'
import { DevicesStep } from './devices-step.tsx'
import { HowStep } from './how-step.tsx'
import { PackageStep } from './package-step.tsx'
import { ReviewStep } from './review-step.tsx'
import { StartButton } from './start-button.tsx'
import type { StepProps } from './step-props.ts'
import './wizard.css'

interface WizardProps {
  /** Selected in advance, from a package's details. */
  packageId: number | null
  kind: Draft['kind']
}

/** Creates a campaign in four steps; nothing is sent before the last button. */
export const CampaignWizard = ({ packageId, kind }: WizardProps) => {
  const t = useTexts()
  const act = useAct()
  const { message } = App.useApp()
  const [draft, setDraft] = useState<Draft>({ ...emptyDraft, kind, scope: kind === 'verify' ? 'devices' : 'all' })
  const [at, setAt] = useState(packageId === null ? 0 : 1)
  const [openedAt] = useState(() => new Date())
  const [busy, setBusy] = useState(false)
  const step = wizardSteps[at] ?? 'package'
  const now = useNow()

  const given = useQuery(packageId === null ? null : `package/${packageId}`, (signal) =>
    client.packages.get({ id: packageId ?? 0 }, { signal }),
  )
  useEffect(() => {
    if (given.data !== undefined) {
      const pack = given.data
      setDraft((before) => (before.pack === null ? withPackage(before, pack) : before))
    }
    if (given.failure !== undefined) setAt(0)
  }, [given.data, given.failure])

  const target = useMemo(() => targetOf(draft), [draft])
  const preview = useQuery(target === null ? null : JSON.stringify(target), (signal) =>
    client.campaigns.preview(target ?? { packageId: 0 }, { signal }),
  )
  const productId = draft.pack?.productId ?? null
  const product = useQuery(productId === null ? null : `product/${productId}`, (signal) =>
    client.products.get({ id: productId ?? 0 }, { signal }),
  )
  const packId = draft.pack?.id ?? null
  const diffs = useQuery(packId === null ? null : `diffs/${packId}`, (signal) =>
    client.diffs.list({ id: packId ?? 0 }, { signal }),
  )
  const patches = diffs.data?.items
  useEffect(() => {
    if (patches !== undefined) setDraft((before) => withDeltas(before, patches))
  }, [patches])
  const station = useQuery('station', (signal) => client.station.info(undefined, { signal }))
  const name = draft.name ?? (draft.pack === null ? '' : defaultName(draft.pack, openedAt))
  const matching = preview.data?.matching ?? 0
  // A dynamic campaign may start without devices: it waits for those that join later.
  const nobody = matching === 0 && draft.strategy === 'static'

  const start = async () => {
    const input = inputOf(draft, name)
    if (input === null) return
    setBusy(true)
    const campaign = await act(() => client.campaigns.create(input))
    setBusy(false)
    if (campaign !== undefined) {
      message.destroy()
      go('campaigns', campaign.id)
    }
  }

  // A cache in front of the station may serve HTTPS where the station does not.
  const tls =
    (station.data?.listeners.https ?? null) !== null || station.data?.downloadUrl?.startsWith('https:') === true
  const change: StepProps['change'] = (part) => setDraft((before) => ({ ...before, ...part }))
  const props: StepProps = { draft, change, preview, product: product.data, diffs: patches, tls }
  return (
    <Page
      fill
      title={t('campaigns.wizard.title')}
      actions={<Button onClick={() => go('campaigns')}>{t('cancel')}</Button>}
    >
      <section className="panel fill wizard">
        <div className="wizard-steps">
          <Steps
            size="small"
            current={at}
            onChange={(next) => next < at && setAt(next)}
            items={wizardSteps.map((item) => ({ title: t(`campaigns.wizard.steps.${item}`) }))}
          />
        </div>
        <div className="wizard-body" key={step} data-testid={`wizard-${step}`}>
          {step === 'package' && <PackageStep {...props} />}
          {step === 'devices' && <DevicesStep {...props} />}
          {step === 'how' && <HowStep {...props} />}
          {step === 'review' && <ReviewStep {...props} name={name} rename={(next) => change({ name: next })} />}
        </div>
        <footer className="wizard-foot">
          {at > 0 && (
            <Button onClick={() => setAt(at - 1)} data-testid="wizard-back">
              {t('back')}
            </Button>
          )}
          <span className="wizard-sum secondary" data-testid="wizard-matching">
            {at > 0 && preview.data !== undefined && step !== 'review'
              ? matching === 0
                ? t('campaigns.wizard.nobody')
                : t('campaigns.wizard.matching', { count: matching })
              : null}
          </span>
          {step === 'review' ? (
            <StartButton
              key="start"
              busy={busy}
              disabled={preview.data === undefined || nobody || name.trim() === '' || !isReady('how', draft, now)}
              onStart={start}
              label={
                nobody
                  ? t('campaigns.wizard.nobody')
                  : matching === 0
                    ? t('campaigns.plan.startDynamic')
                    : draft.kind === 'verify'
                      ? t('campaigns.wizard.startVerify', { count: matching })
                      : t('campaigns.wizard.start', { count: matching })
              }
            />
          ) : (
            <Button
              key="next"
              type="primary"
              disabled={!isReady(step, draft, now)}
              // The second click of a double-click would skip a step.
              onClick={({ detail }) => detail < 2 && setAt(at + 1)}
              data-testid="wizard-next"
            >
              {t('next')}
            </Button>
          )}
        </footer>
      </section>
    </Page>
  )
}
