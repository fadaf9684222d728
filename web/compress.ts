import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const compressible = /\.(html|js|mjs|css|svg|json|txt|pbf)$/;

/** Writes `x.br` and `x.gz` beside each file that gets smaller: the server sends what there is. */
export function compressed(): Plugin {
  let directory = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved: (config) => {
      directory = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith("/")) directory = config.build.outDir;
    },
    closeBundle: () => {
      for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
        if (!compressible.test(name)) continue;
        const path = join(directory, name);
        const content = readFileSync(path);
        const small = content.length * 0.95;
        const br = brotliCompressSync(content, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
        });
        if (br.length < small) writeFileSync(`${path}.br`, br);
        const gz = gzipSync(content, { level: 9 });
        if (gz.length < small) writeFileSync(`${path}.gz`, gz);
      }
    },
  };
}
