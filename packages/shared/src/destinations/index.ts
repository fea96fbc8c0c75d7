export { REACHES, type Reach, reachOf } from './reach.js'
export { SERVICE_KINDS, type Service, type ServiceKind, serviceOf } from './service-of.js'
