import { backup } from './backup.ts'
import { bench } from './bench.ts'
import { benchOptions } from './bench-options.ts'
import { benchRecipes } from './bench-recipes.ts'
import { benchRecords } from './bench-records.ts'
import { campaigns } from './campaigns.ts'
import { certificate } from './certificate.ts'
import { common } from './common.ts'
import { diffs } from './deltas.ts'
import { demo } from './demo.ts'
import { deviceTags } from './device-tags.ts'
import { devices, products } from './devices.ts'
import { fields } from './fields.ts'
import { operatorLock } from './operator-lock.ts'
import { overview } from './overview.ts'
import { packages } from './packages.ts'
import { plan } from './plan.ts'
import { protocols } from './protocols.ts'
import { knocks } from './rejected-logins.ts'
import { reports } from './reports.ts'
import { flow } from './rollout.ts'
import { setAside } from './set-aside.ts'
import { settings } from './settings.ts'
import { states } from './states.ts'
import { wizard } from './wizard.ts'

/** Every text of the screen by language. English shapes the keys, as it alone has plural forms. */
export const texts = {
  zh: {
    ...common.zh,
    fields: fields.zh,
    states: states.zh,
    overview: overview.zh,
    packages: packages.zh,
    diffs: diffs.zh,
    campaigns: { ...campaigns.zh, wizard: wizard.zh, plan: plan.zh, flow: flow.zh },
    bench: { ...bench.zh, options: benchOptions.zh, recipes: benchRecipes.zh, records: benchRecords.zh },
    devicesPage: devices.zh,
    deviceTags: deviceTags.zh,
    products: products.zh,
    knocks: knocks.zh,
    protocols: protocols.zh,
    certificate: certificate.zh,
    setAside: setAside.zh,
    backup: backup.zh,
    settings: { ...settings.zh, demo: demo.zh },
    reports: reports.zh,
    operatorLock: operatorLock.zh,
  },
  en: {
    ...common.en,
    fields: fields.en,
    states: states.en,
    overview: overview.en,
    packages: packages.en,
    diffs: diffs.en,
    campaigns: { ...campaigns.en, wizard: wizard.en, plan: plan.en, flow: flow.en },
    bench: { ...bench.en, options: benchOptions.en, recipes: benchRecipes.en, records: benchRecords.en },
    devicesPage: devices.en,
    deviceTags: deviceTags.en,
    products: products.en,
    knocks: knocks.en,
    protocols: protocols.en,
    certificate: certificate.en,
    setAside: setAside.en,
    backup: backup.en,
    settings: { ...settings.en, demo: demo.en },
    reports: reports.en,
    operatorLock: operatorLock.en,
  },
} as const
