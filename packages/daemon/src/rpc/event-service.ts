/** EventService: the stream of everything that the daemon reports, and its acknowledgement. */

import { invalidArgument, NetWatcherError, text } from '@netwatcher/shared'
import {
  type AcknowledgeRequest,
  type AcknowledgeResponse,
  EventKind as EventKindMessage,
  EventServiceService,
  type WatchRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/event'
import { encodeWatchResponse, eventKindFrom } from '../convert/event.js'
import type { AlertStore } from '../journal/alert-store.js'
import type { Journal } from '../journal/journal.js'
import { reportMissed } from '../journal/report-alert.js'
import type { Audit, Via } from '../model/audit.js'
import type { EventKind } from '../model/event.js'
import { audited, checkRight, type GroupRights } from './audited.js'
import type { Handlers } from './handlers.js'
import { GROUP_LIMITS } from './quota.js'
import { checkPosition } from './requests.js'
import type { RpcService } from './service.js'

/** As many as the quotas of both sockets allow: nobody is shut out by what others hold. */
const MAX_SUBSCRIBERS = GROUP_LIMITS.streams.all

export interface EventServiceDependencies {
  handlers: Handlers
  journal: Journal
  alerts: AlertStore
  audit: Audit
  rights: GroupRights
  via: Via
}

export function createEventService(deps: EventServiceDependencies): RpcService {
  const { handlers, journal, alerts, audit, rights, via } = deps
  const watch = handlers.stream<WatchRequest, Uint8Array>(MAX_SUBSCRIBERS, async (request, stream) => {
    const after = request.after ? checkPosition(request.after) : null
    const kinds = checkKinds(request.kinds)
    const wantsAlerts = kinds.size === 0 || kinds.has('alert')
    const cursor = journal.open(after, kinds)
    try {
      while (!stream.signal.aborted) {
        if (wantsAlerts && cursor.missed) alerts.missed(cursor.missed)
        const event = cursor.read()
        if (event) await stream.write(event)
        // One at a time, once all else is read: together they may be more than the journal holds.
        else if (!wantsAlerts || !reportMissed({ journal, alerts })) await cursor.wait(stream.signal)
      }
    } finally {
      journal.close(cursor)
    }
  })
  const acknowledge = (request: AcknowledgeRequest): AcknowledgeResponse => {
    checkRight(rights, 'acknowledgeAlerts', via)
    if (!request.upTo) throw invalidArgument('POSITION_INVALID', 'up_to is missing.')
    const { bootId, sequence } = checkPosition(request.upTo)
    const { newest } = journal.status()
    if (bootId !== newest.bootId) {
      const message = 'The position is from another run of the daemon.'
      throw new NetWatcherError('failed_precondition', 'BOOT_ID_CHANGED', message)
    }
    if (sequence > newest.sequence) {
      throw invalidArgument('POSITION_IN_FUTURE', 'The position is newer than the newest event.')
    }
    if (sequence > journal.newestRead) {
      const message = 'Nobody has been given the events up to that position.'
      throw new NetWatcherError('failed_precondition', 'POSITION_UNREAD', message)
    }
    const count = alerts.acknowledge(sequence)
    if (count > 0) audit.record('acknowledge', {}, text('alerts_acknowledged', { count }), via)
    return { unacknowledgedAlerts: alerts.unacknowledged }
  }
  return {
    // Events are kept encoded: they are only wrapped, not made anew for every reader.
    definition: {
      ...EventServiceService,
      watch: { ...EventServiceService.watch, responseSerialize: encodeWatchResponse },
    },
    implementation: {
      watch,
      acknowledge: handlers.unary((request: AcknowledgeRequest) =>
        audited(audit, 'acknowledge', via, () => acknowledge(request)),
      ),
    },
  }
}

/** Gaps are always told: a reader that is not told of one would believe it had seen everything. */
function checkKinds(kinds: readonly EventKindMessage[]): Set<EventKind> {
  const wanted = kinds.map(eventKindFrom)
  if (kinds.length > Object.keys(EventKindMessage).length || wanted.includes(null)) {
    throw invalidArgument('EVENT_KIND_INVALID', 'One of the event kinds is not known.')
  }
  return new Set(wanted.filter((kind) => kind !== null && kind !== 'gap'))
}
