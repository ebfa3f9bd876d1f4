import espAt from '../../../resources/at-profiles/esp-at.json' with { type: 'json' }
import generic from '../../../resources/at-profiles/generic.json' with { type: 'json' }
import quectel from '../../../resources/at-profiles/quectel.json' with { type: 'json' }
import simcom from '../../../resources/at-profiles/simcom.json' with { type: 'json' }

/** The profiles that every station has, as their files hold them; part of the program, so that no installer can leave them out. */
export const builtInProfiles: Readonly<Record<string, unknown>> = {
  'quectel.json': quectel,
  'simcom.json': simcom,
  'esp-at.json': espAt,
  'generic.json': generic,
}
