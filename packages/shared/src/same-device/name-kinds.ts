/**
 * Whether a host name is one machine's or a whole model's. "Annas-iPhone" and
 * "DESKTOP-K3V9Q1T" are of one; "iPhone", "Galaxy-S22" and "Pixel-7" are of
 * every one that was sold, so they say nothing of which it is.
 */

/** Makers, models, kinds and editions, as they stand in the names that devices come with. */
const MODEL_WORDS = new Set(
  `android phone iphone ipad ipod macbook imac mac mini air pro max plus ultra lite fe se edge fold flip note tab
  galaxy samsung pixel google nexus redmi xiaomi mi poco oneplus nord oppo find reno realme vivo huawei honor mate nova
  motorola moto power stylus play nokia sony xperia lg htc asus zenfone lenovo fairphone nothing cmf tecno infinix
  apple watch tv desktop laptop notebook computer pc tablet kindle fire hd windows linux ubuntu debian localhost local
  raspberrypi raspberry pi esp espressif device unknown host dhcp wifi wlan lan home smart gt neo ace prime active 4g 5g
  generation gen series sm`.split(/\s+/),
)
/** A model number or an edition: `s22`, `g991b`, `14`, `9t`. */
const MODEL_NUMBER = /^[a-z]{0,2}\d{1,4}[a-z]{0,2}$/

export function isOfOneMachine(name: string): boolean {
  const words = name
    .toLowerCase()
    .normalize('NFKC')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1)
  return words.some((word) => !MODEL_WORDS.has(word) && !MODEL_NUMBER.test(word) && !isNumber(word))
}

/** A count that tells twins apart (`iPhone-2`) is given anew in every network. */
function isNumber(word: string): boolean {
  return /^\d{1,6}$/.test(word)
}
