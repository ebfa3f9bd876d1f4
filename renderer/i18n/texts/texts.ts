import { campaigns } from './campaigns.ts'
import { common } from './common.ts'
import { devices, products } from './devices.ts'
import { fields } from './fields.ts'
import { overview } from './overview.ts'
import { packages } from './packages.ts'
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
    campaigns: { ...campaigns.zh, wizard: wizard.zh },
    devicesPage: devices.zh,
    products: products.zh,
    settings: settings.zh,
  },
  en: {
    ...common.en,
    fields: fields.en,
    states: states.en,
    overview: overview.en,
    packages: packages.en,
    campaigns: { ...campaigns.en, wizard: wizard.en },
    devicesPage: devices.en,
    products: products.en,
    settings: settings.en,
  },
} as const
