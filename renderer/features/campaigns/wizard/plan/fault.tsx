import { useTexts } from '../../../../i18n/i18n.ts'
import type { DraftProps } from '../step-props.ts'
import type { PlanFault } from './plan.ts'

/** The properties of every part of the plan's form. */
export interface PlanProps extends DraftProps {
  faults: readonly PlanFault[]
}

/** The text of a part's fault, if the plan has it. */
export const Fault = ({ faults, of }: { faults: readonly PlanFault[]; of: readonly PlanFault[] }) => {
  const t = useTexts()
  const found = faults.find((fault) => of.includes(fault))
  return found === undefined ? null : (
    <p className="toned small" data-tone="failed" role="alert" data-testid={`fault-${found}`}>
      ✕ {t(`campaigns.plan.faults.${found}`)}
    </p>
  )
}
