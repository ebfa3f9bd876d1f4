import { namesOf } from '../../names-of.ts'
import { states } from '../states.ts'
import { backup } from './backup.ts'
import { bench } from './bench.ts'
import { benchRecipes } from './bench-recipes.ts'
import { benchRecords } from './bench-records.ts'
import { benchTargets } from './bench-targets.ts'
import { campaignOptions } from './campaign-options.ts'
import { campaigns } from './campaigns.ts'
import { certificate } from './certificate.ts'
import { common } from './common.ts'
import { deltas } from './deltas.ts'
import { demo } from './demo.ts'
import { deviceTags } from './device-tags.ts'
import { devices } from './devices.ts'
import { fields } from './fields.ts'
import { monitoring } from './monitoring.ts'
import { operatorLock } from './operator-lock.ts'
import { overview } from './overview.ts'
import { packages } from './packages.ts'
import { products } from './products.ts'
import { programmers } from './programmers.ts'
import { protocols } from './protocols.ts'
import { rejectedLogins } from './rejected-logins.ts'
import { reports } from './reports.ts'
import { rollout } from './rollout.ts'
import { setAside } from './set-aside.ts'
import { settings } from './settings.ts'
import { sinks } from './sinks.ts'
import { wizard } from './wizard.ts'
import { plan } from './wizard-plan.ts'

/** Every text of the screen. */
export const screen = {
  ...common,
  // An option of campaigns is called by its own name where no shorter one is given.
  fields: { ...namesOf(campaignOptions), ...fields },
  states,
  overview,
  monitoring,
  packages,
  deltas,
  campaigns: { ...campaigns, options: campaignOptions, wizard, plan, rollout },
  bench: { ...bench, recipes: benchRecipes, records: benchRecords, targets: benchTargets },
  devicesPage: devices,
  deviceTags,
  products,
  rejectedLogins,
  protocols,
  certificate,
  setAside,
  backup,
  settings: { ...settings, programmers, demo, sinks },
  reports,
  operatorLock,
} as const
