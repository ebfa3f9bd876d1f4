import { describe, expect, it } from 'vitest'
import { FILE_NAME_PATTERN } from '#shared/limits.ts'
import { CampaignInput, ModuleInput, PackageInput, ProductInput, SimulatorInput } from '#shared/schema.ts'
import { demoPlan } from './demo.ts'
import { failurePlan } from './faults.ts'

describe('the demo plan', () => {
  it('is made of what the contract accepts', () => {
    ProductInput.parse(demoPlan.product)
    for (const module of demoPlan.modules) ModuleInput.parse(module)
    PackageInput.parse({ ...demoPlan.package, productId: 1, uploads: ['a'] })
    SimulatorInput.parse({ ...demoPlan.simulator, productId: 1 })
    CampaignInput.parse({ ...demoPlan.campaign, packageId: 1 })
    expect(demoPlan.image.fileName).toMatch(FILE_NAME_PATTERN)
  })

  it('upgrades the module its devices have, from the version they run, and fails 5 of 50', () => {
    const simulator = SimulatorInput.parse({ ...demoPlan.simulator, productId: 1 })
    expect(demoPlan.package.module).toBe(simulator.module)
    expect(demoPlan.modules.map(({ name }) => name)).toContain(simulator.module)
    expect(demoPlan.campaign.fromVersions).toEqual([simulator.version])
    expect(failurePlan(simulator.count, simulator.failurePercent).filter(Boolean)).toHaveLength(5)
  })
})
