// The baseline of compile.py: the reference MJML compiler in one long-lived process.
// One JSON string of MJML per line on stdin; one JSON object {html, milliseconds} per line on stdout.
const { performance } = require("node:perf_hooks");
const readline = require("node:readline");
const loaded = require("mjml");

const mjml2html = loaded.default || loaded;

async function answerEachLine() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const source = JSON.parse(line);
    const start = performance.now();
    const { html, errors } = await mjml2html(source);
    const milliseconds = performance.now() - start;
    process.stdout.write(`${JSON.stringify({ html, errors: errors.map(String), milliseconds })}\n`);
  }
}

answerEachLine();
