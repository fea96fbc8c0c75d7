export { REACHES, type Reach, reachOf } from './reach.js'
export { SERVICE_KINDS, type Service, serviceOf } from './service-of.js'
