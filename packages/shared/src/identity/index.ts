/** What a device is and how it is called, by rules: the same for a capture file and for what is stored. */

export { factsOf } from './facts.js'
export { type Identity, identify, isOfInterest } from './identify.js'
export { labelOf } from './label.js'
export { VendorTable } from './vendor.js'
