import type { Plan } from './plan.ts'

/** What every part of the plan's form is given. */
export interface PlanProps {
  plan: Plan
  change: (part: Partial<Plan>) => void
}
