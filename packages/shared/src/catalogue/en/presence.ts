/** What is said of presence, and of addresses that are no devices. */
export const presence = {
  blind_not_watching: '{interface} was not watched: who was there then is not known.',
  blind_scan_found_nobody:
    'A scan of {interface} found nobody of those who were there: the sensor saw nothing.',
  blind_all_silent:
    'All devices of {interface} fell silent at once: the sensor saw nothing, and nobody is called offline.',
  short_lived_addresses:
    '{count} addresses were there for a moment only in the last day, as a flood or new private addresses make them: they are counted, and are no devices.',
}
