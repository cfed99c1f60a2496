// Copies what others made from node_modules to static/vendor, which git ignores: `npm ci && npm run build`.
// Why a copy step and no bundler: the browser gets the authors' own minified files, only the icons and the fonts that
// we use, and nothing has to be compiled. A second run sees that nothing changed and stops at once, without a word.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const vendor = join(here, "vendor");
const manifest = join(vendor, "manifest.json");
const sha = (content) => createHash("sha256").update(content).digest("hex").slice(0, 12);

// name in static/vendor <- file of a package. The TTFs are for typst, which cannot read woff2 or variable fonts.
const copies = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "response-targets.min.js": "htmx-ext-response-targets/dist/response-targets.min.js",
  "test/axe.min.js": "axe-core/axe.min.js",
  "licences/htmx.txt": "htmx.org/LICENSE",
  "licences/response-targets.txt": "htmx-ext-response-targets/LICENSE",
  "licences/tabler-icons.txt": "@tabler/icons/LICENSE",
  "licences/atkinson-hyperlegible-next.txt": "@expo-google-fonts/atkinson-hyperlegible-next/LICENSE_FONT",
  "licences/literata.txt": "@expo-google-fonts/literata/LICENSE_FONT",
};
const fonts = { "atkinson-hyperlegible-next": "AtkinsonHyperlegibleNext", literata: "Literata" };
const weights = ["400Regular", "400Regular_Italic", "600SemiBold", "600SemiBold_Italic", "700Bold", "700Bold_Italic"];
for (const [font, ttf] of Object.entries(fonts)) {
  for (const slope of ["normal", "italic"]) {
    const file = `${font}-latin-wght-${slope}.woff2`;
    copies[file] = `@fontsource-variable/${font}/files/${file}`;
  }
  for (const weight of weights) copies[`fonts/${ttf}_${weight}.ttf`] = `@expo-google-fonts/${font}/${weight}/${ttf}_${weight}.ttf`;
}

// One request brings every icon; `<use href="icons.svg#check">` draws one. Size, stroke and colour come from the page.
function sprite(icons) {
  const symbols = icons.map((icon) => {
    const file = join(modules, "@tabler/icons/icons/outline", `${icon}.svg`);
    if (!existsSync(file)) throw new Error(`static/icons.json names "${icon}", which Tabler does not have`);
    const shapes = readFileSync(file, "utf8").match(/<(path|circle|rect|line|polyline|ellipse)\b[^>]*>/g);
    return `<symbol id="${icon}" viewBox="0 0 24 24">${shapes.filter((shape) => !shape.includes("M0 0h24v24H0z")).join("")}</symbol>`;
  });
  const own = readFileSync(join(here, "own.svg"), "utf8").match(/<symbol[\s\S]*<\/symbol>/)[0];
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n${own}\n</svg>\n`;
}

function filesUnder(folder, prefix = "") {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name), `${prefix}${entry.name}/`) : [prefix + entry.name]);
}

// An icon that a template names and the sprite lacks is simply not there on the page: so say it here.
function missingIcons(icons) {
  const templates = join(here, "..", "templates");
  return filesUnder(templates).filter((file) => file.endsWith(".html")).flatMap((file) =>
    [...readFileSync(join(templates, file), "utf8").matchAll(/\bicon\(\s*['"]([a-z0-9-]+)['"]/g)]
      .filter((found) => !icons.includes(found[1])).map((found) => `${found[1]} (templates/${file})`));
}

const icons = JSON.parse(readFileSync(join(here, "icons.json"), "utf8"));
const missing = missingIcons(icons);
if (missing.length) console.error(`Add to static/icons.json: ${missing.join(", ")}`);

const inputs = ["build.mjs", "icons.json", "own.svg", "../package-lock.json"];
const from = sha(inputs.map((file) => readFileSync(join(here, file))).join("\n"));
const before = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : { files: {} };
const upToDate = before.from === from && Object.keys(before.files).every((file) => existsSync(join(here, file)));

if (!upToDate) {
  if (!existsSync(modules)) throw new Error("No node_modules yet: run `npm ci` first");
  rmSync(vendor, { recursive: true, force: true });
  for (const [to, source] of Object.entries(copies)) {
    mkdirSync(dirname(join(vendor, to)), { recursive: true });
    cpSync(join(modules, source), join(vendor, to));
  }
  // Without its last line, which sends developer tools looking for a map that is not there.
  const tabler = readFileSync(join(modules, "@tabler/core/dist/css/tabler.min.css"), "utf8");
  writeFileSync(join(vendor, "tabler.min.css"), tabler.replace(/\/\*# sourceMappingURL=.*?\*\//, ""));
  writeFileSync(join(vendor, "icons.svg"), sprite(icons));

  // The stamps: static_url() puts a file's own stamp behind its address, so that browsers may keep it for ever.
  const files = Object.fromEntries(filesUnder(vendor).sort().map((file) => [`vendor/${file}`, sha(readFileSync(join(vendor, file)))]));
  const stamp = sha(Object.values(files).join());
  writeFileSync(manifest, JSON.stringify({ from, stamp, files }, null, 1) + "\n");
  const size = Object.keys(files).reduce((sum, file) => sum + statSync(join(here, file)).size, 0);
  console.log(`static/vendor: ${Object.keys(files).length} files, ${icons.length} icons, ${(size / 1e6).toFixed(1)} MB, stamp ${stamp}`);
}
