/** Builds the user interface into dist-ui, from where netwatcher-web serves it. */

import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  root: 'src/ui',
  plugins: [react()],
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
