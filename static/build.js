/**
 * Bundles the pages' scripts, styles, fonts and icon into static/dist, under names that change
 * with their content, with brotli and gzip copies beside them, and writes manifest.json last.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = join(here, 'dist');
const making = join(here, `dist.${process.pid}`);
const COMPRESSED = new Set(['.js', '.css', '.svg']);
const RUNTIME = '@mediapipe/tasks-vision/vision_wasm_module_internal.wasm';
const RUNTIME_QUALITY = 5; // of brotli: 2.8 MB in 2 s, where the best makes 2.3 MB in 80 s
const TARGET = ['es2022', 'chrome111', 'safari16.4', 'firefox113'];
const ENTRIES = [
  'js/product.js',
  'js/configure/configure.js',
  'js/configure/together.js',
  'js/viewer/stage.js',
  'js/embed.js',
  'js/framed.js',
  'js/room.js',
  'js/wear/overlay.js',
  'js/wear/overlay-worker.js',
  'js/kiosk/kiosk.js',
  'js/kiosk/kiosk-measure.js',
  'js/kiosk/kiosk-remote.js',
  'js/kiosk/kiosk-staff.js',
  'js/kiosk/kiosk-photo.js',
  'css/style.css',
  'css/scripts/ar.css',
  'css/scripts/ja.css',
  'css/scripts/ja-faces.css',
  'css/scripts/zh.css',
  'css/scripts/zh-faces.css',
  'css/configure.css',
  'css/several.css',
  'css/framed.css',
  'css/kiosk.css',
  'css/kiosk-remote.css',
];

const WORKERS = ['js/wear/tracking-worker.js', 'js/wear/keeper.js']; // each one file, kept as one

/** Shaders as text: comments and margins stay here. @type {import('esbuild').Plugin} */
const shaders = {
  name: 'shaders',
  setup(bundler) {
    bundler.onLoad({ filter: /\.glsl$/ }, async ({ path }) => {
      const lines = (await readFile(path, 'utf8')).split('\n');
      const bare = lines.map((line) => line.replace(/\/\/.*$/, '').trim()).filter((line) => line);
      return { contents: `${bare.join('\n')}\n`, loader: 'text' };
    });
  },
};

/**
 * Leaves out the sources of three.js's own materials, a sixth of it: pieces wear the project's shaders.
 * @type {import('esbuild').Plugin}
 */
const ownShadersOnly = {
  name: 'own-shaders-only',
  setup(bundler) {
    bundler.onLoad({ filter: /three\.module\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(/^(const|var) (\w+(?:\$\w+)?) = ".*\\n.*";$/gm, '$1 $2 = "";');
      return { contents, loader: 'js' };
    });
  },
};

/**
 * Styles as text, for pages that adopt them: `import text from './embed.css?sheet'`. With `&in=SELECTOR`
 * they hold below it alone, and what they say of <parure-viewer> holds for the <parure-piece> in it; with
 * `&plain` they are meant for pages of our own.
 * @type {import('esbuild').Plugin}
 */
const sheets = {
  name: 'sheets',
  setup(bundler) {
    bundler.onResolve({ filter: /\.css\?sheet/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.split('?')[0]),
      suffix: `?${path.split('?')[1]}`,
      namespace: 'sheet',
    }));
    bundler.onLoad({ filter: /./, namespace: 'sheet' }, async ({ path, suffix }) => {
      const how = { bundle: true, minify: true, write: false, target: TARGET };
      const [, within] = suffix.split('&in=');
      let text = (await build({ ...how, entryPoints: [path] })).outputFiles[0].text;
      if (within) {
        const contents = `${within} { ${text.replaceAll('parure-viewer', 'parure-piece')} }`;
        text = (await build({ ...how, stdin: { contents, loader: 'css' } })).outputFiles[0].text;
      }
      if (suffix.endsWith('&plain')) return { contents: text, loader: 'text' };
      // hosts make their rem what they like; --parure-rem is what the visitor's browser makes it
      const contents = text.replace(/@(?:media|container)[^{]*\{|(-?[\d.]+)rem\b/g, (found, size) =>
        size === undefined ? found : `calc(var(--parure-rem)*${size})`,
      );
      return { contents, loader: 'text' };
    });
  },
};

/**
 * The faces of other scripts as woff2 alone, which every browser we build for takes.
 * @type {import('esbuild').Plugin}
 */
const oneFormat = {
  name: 'one-format',
  setup(bundler) {
    bundler.onLoad({ filter: /@fontsource\/[\w-]+\/[\w-]+\.css$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(/,\s*url\([^)]*\.woff\) format\('woff'\)/g, '');
      return { contents, loader: 'css', resolveDir: dirname(path) };
    });
  },
};

/** @param {Buffer} data @param {number} quality */
const brotli = (data, quality) =>
  brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });

await rm(making, { recursive: true, force: true });
await mkdir(making, { recursive: true });
try {
  /** @type {import('esbuild').BuildOptions} */
  const how = {
    outdir: making,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    plugins: [shaders, ownShadersOnly, sheets, oneFormat],
    assetNames: 'fonts/[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: TARGET,
    loader: { '.woff2': 'file' },
    external: ['node:*'], // which the runtime of tracking asks for in node alone
    metafile: true,
    absWorkingDir: here,
    legalComments: 'none',
    logLevel: 'warning',
  };
  /** @param {string} entry */
  const pathOf = (entry) => join(here, entry);
  const pages = await build({ ...how, entryPoints: ENTRIES.map(pathOf), splitting: true });
  const workers = await build({ ...how, entryPoints: WORKERS.map(pathOf) });

  /** @type {Record<string, string>} */
  const manifest = {};
  for (const [path, output] of Object.entries({ ...pages.metafile?.outputs, ...workers.metafile?.outputs })) {
    const shared = extname(path) === '.js' && output.entryPoint === undefined; // by a page's entries
    if (shared) continue;
    const source = output.entryPoint ?? Object.keys(output.inputs)[0];
    manifest[basename(source)] = relative(making, join(here, path));
  }
  const icon = await readFile(join(here, 'icon.svg'));
  const digest = createHash('sha256').update(icon).digest('hex').slice(0, 8);
  manifest['icon.svg'] = `icon-${digest}.svg`;
  await writeFile(join(making, manifest['icon.svg']), icon);

  const runtime = await readFile(fileURLToPath(import.meta.resolve(RUNTIME)));
  manifest['vision.wasm.sha256'] = createHash('sha256').update(runtime).digest('hex');
  manifest['vision.wasm'] = `vision-${manifest['vision.wasm.sha256'].slice(0, 8)}.wasm`;
  await writeFile(join(making, manifest['vision.wasm']), runtime);
  await writeFile(join(making, `${manifest['vision.wasm']}.br`), brotli(runtime, RUNTIME_QUALITY));
  await writeFile(join(making, `${manifest['vision.wasm']}.gz`), gzipSync(runtime));

  for (const name of await readdir(making)) {
    if (!COMPRESSED.has(extname(name))) continue;
    const data = await readFile(join(making, name));
    await writeFile(join(making, `${name}.br`), brotli(data, 11));
    await writeFile(join(making, `${name}.gz`), gzipSync(data, { level: 9 }));
  }
  await writeFile(join(making, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(dist, { recursive: true, force: true });
  await rename(making, dist);
} finally {
  await rm(making, { recursive: true, force: true });
}
