/** Builds the user interface into dist-ui, from where netwatcher-web serves it. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'

const PACKED_ALREADY = new Set(['.ico', '.png', '.woff2'])

/** Packs each file once, as small as it gets: packing them at every start took seconds. */
function pack(): Plugin {
  return {
    name: 'netwatcher-pack',
    apply: 'build',
    writeBundle({ dir }) {
      for (const entry of readdirSync(dir ?? '', { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || PACKED_ALREADY.has(extname(entry.name))) continue
        const path = join(entry.parentPath, entry.name)
        const body = readFileSync(path)
        const packed = { br: brotliCompressSync(body), gz: gzipSync(body, { level: 9 }) }
        for (const [extension, bytes] of Object.entries(packed)) {
          if (bytes.length < body.length) writeFileSync(`${path}.${extension}`, bytes)
        }
      }
    },
  }
}

export default defineConfig({
  root: 'src/ui',
  plugins: [react(), pack()],
  resolve: { conditions: ['@netwatcher/source', ...defaultClientConditions] },
  build: {
    outDir: '../../dist-ui',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows files of this origin only, so nothing becomes a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:5000' } },
})
