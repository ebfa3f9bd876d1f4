import type { Connect, MqttDialect } from '../dialect.ts'
import { asksForSubscription, claimSigned } from '../signed-login.ts'
import { readDownload, writeBlock } from './files.ts'
import { writeAnswer, writeNotice } from './notice.ts'
import { readGet, readInform, readProgress, readRequest } from './reports.ts'
import {
  downloadReplyTopic,
  downloadTopic,
  getReplyTopic,
  getTopic,
  informTopic,
  names,
  progressTopic,
  publishTopics,
  requestTopic,
  senderOf,
  subscribeTopics,
  upgradeTopic,
  uplinkFilters,
} from './topics.ts'

/** SagooIOT over MQTT, in the format of Alibaba Cloud IoT (docs/protocols/sagoo.md §2). */
export const sagooMqtt = {
  protocol: 'sagoo',
  claim: claimSigned,
  listensAtOnce: asksForSubscription,
  topics: (device) => ({ publish: publishTopics(device), subscribe: subscribeTopics(device) }),
  names,
  rules: { offlineFails: false, acknowledgeMs: undefined },
  noticeTopics: (device): readonly [string] => [upgradeTopic(device)],
  read: (device, topic, payload) => {
    switch (topic) {
      case informTopic(device):
        return readInform(payload)
      case progressTopic(device):
        return readProgress(payload)
      case getTopic(device):
        return readGet(payload, getReplyTopic(device))
      case downloadTopic(device):
        return readDownload(payload, downloadReplyTopic(device))
      case requestTopic(device):
        return readRequest(payload, requestTopic(device))
      default:
        return { ok: false, refused: 'no topic of this protocol' }
    }
  },
  notice: (_device, offer, topic, connect?: Connect) => writeNotice(offer, topic, connect),
  // iotkit-embedded 3.x expects an ordinary notice on the topic of its query (docs/protocols/sagoo.md §7.3).
  answer: (device, query, offer, connect?: Connect) =>
    offer && query.replyTopic === requestTopic(device)
      ? writeNotice(offer, query.replyTopic, connect)
      : writeAnswer(query, offer),
  block: writeBlock,
  uplinkFilters,
  senderOf,
} satisfies MqttDialect
